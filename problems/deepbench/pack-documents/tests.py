import random

import pytest
import torch
from solution import block_mask, pack

KEYS = ("ids", "segments", "positions", "labels")


def pack_by_hand(documents, length, pad_id):
    pieces = []
    for document in documents:
        rest = list(document)
        while rest:
            pieces.append(rest[:length])
            rest = rest[length:]
    blocks = []
    for piece in pieces:
        for block in blocks:
            if len(block) + len(piece) <= length:
                break
        else:
            block = []
            blocks.append(block)
        segment = block[-1][1] + 1 if block else 1
        following = [*piece[1:], -100]
        block += [(token, segment, n, following[n]) for n, token in enumerate(piece)]
    full = [block + [(pad_id, 0, 0, -100)] * (length - len(block)) for block in blocks]
    return {key: [[entry[k] for entry in block] for block in full] for k, key in enumerate(KEYS)}


@pytest.mark.parametrize(
    ("seed", "n", "longest", "length", "pad_id"),
    [(1, 1, 3, 4, 0), (2, 20, 9, 12, 0), (3, 15, 30, 8, 5), (4, 10, 3, 1, 0), (5, 12, 6, 6, 1)],
)
def test_blocks_match_plain_lists(seed, n, longest, length, pad_id):
    rng = random.Random(seed)
    documents = [[rng.randrange(7) for _ in range(rng.randint(0, longest))] for _ in range(n)] + [[3]]
    got = pack(documents, length, pad_id)
    assert set(got) == set(KEYS)
    want = pack_by_hand(documents, length, pad_id)
    for key in KEYS:
        assert got[key].dtype == torch.int64
        assert got[key].tolist() == want[key]


def test_by_hand():
    got = pack([[11, 12, 13], [21, 22, 23], [31], [], [41, 42, 43, 44, 45, 46]], 5)
    assert got["ids"].tolist() == [[11, 12, 13, 31, 46], [21, 22, 23, 0, 0], [41, 42, 43, 44, 45]]
    assert got["segments"].tolist() == [[1, 1, 1, 2, 3], [1, 1, 1, 0, 0], [1] * 5]
    assert got["positions"].tolist() == [[0, 1, 2, 0, 0], [0, 1, 2, 0, 0], [0, 1, 2, 3, 4]]
    assert got["labels"].tolist() == [
        [12, 13, -100, -100, -100],
        [22, 23, -100, -100, -100],
        [42, 43, 44, 45, -100],
    ]


def test_nothing_to_pack():
    for documents in ([], [[], []]):
        got = pack(documents, 3)
        assert all(got[key].shape == (0, 3) and got[key].dtype == torch.int64 for key in KEYS)


def test_masks_match_plain_loops():
    segments = torch.tensor([[1, 1, 2, 2, 2, 3, 0, 0], [1] * 8, [1, 2, 3, 4, 5, 6, 7, 0], [0] * 8])
    mask = block_mask(segments)
    assert mask.shape == (4, 1, 8, 8)
    assert mask.dtype == torch.bool
    rows = segments.tolist()
    for n in range(4):
        want = [[i == j or (j < i and rows[n][i] == rows[n][j] != 0) for j in range(8)] for i in range(8)]
        assert mask[n, 0].tolist() == want


def test_attention_with_the_mask_is_finite_and_stays_in_the_document():
    got = pack([[5, 6, 7], [8, 9]], 6)
    mask = block_mask(got["segments"])
    x = torch.randn(1, 1, 6, 4, generator=torch.Generator().manual_seed(0))
    other = x.clone()
    other[:, :, :3] += 1.0
    first = torch.nn.functional.scaled_dot_product_attention(x, x, x, attn_mask=mask)
    second = torch.nn.functional.scaled_dot_product_attention(other, other, other, attn_mask=mask)
    assert torch.isfinite(first).all()
    torch.testing.assert_close(first[:, :, 3:], second[:, :, 3:])
