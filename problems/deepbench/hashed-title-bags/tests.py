import random

import pytest
import torch
from solution import title_bags


def crc32(data):
    """The checksum bit by bit, by its definition."""
    value = 0xFFFFFFFF
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = (value >> 1) ^ (0xEDB88320 if value & 1 else 0)
    return value ^ 0xFFFFFFFF


@pytest.mark.parametrize(("seed", "n", "n_buckets"), [(1, 1, 1), (2, 10, 50), (3, 30, 100003)])
def test_matches_plain_loops(seed, n, n_buckets):
    rng = random.Random(seed)
    words = ["Toy", "STORY", "2", "été", "the", "Matrix", "(1999)", "映画"]
    titles = [rng.choice(["", " "]) + "  ".join(rng.choices(words, k=rng.randint(0, 5))) for _ in range(n)]
    ids, offsets = title_bags(titles, n_buckets)
    assert ids.dtype == offsets.dtype == torch.int64
    bags = [[crc32(word.encode("utf-8")) % n_buckets for word in title.lower().split()] for title in titles]
    assert ids.tolist() == [i for bag in bags for i in bag]
    assert offsets.tolist() == [sum(len(bag) for bag in bags[:t]) for t in range(n)]


def test_known_checksum():
    ids, offsets = title_bags(["123456789", "", "A\tb\nA"], 2**32)
    assert ids[0].item() == 0xCBF43926
    assert ids[1:].tolist() == [crc32(b"a"), crc32(b"b"), crc32(b"a")]
    assert offsets.tolist() == [0, 1, 1]


def test_an_embedding_bag_takes_them():
    bag = torch.nn.EmbeddingBag(16, 3, mode="sum")
    ids, offsets = title_bags(["one two two", "", "three"], 16)
    got = bag(ids, offsets)
    table = bag.weight.detach()
    want = [table[ids[:3]].sum(0), torch.zeros(3), table[ids[3]]]
    torch.testing.assert_close(got.detach(), torch.stack(want))


def test_no_titles():
    ids, offsets = title_bags([], 8)
    assert (ids.shape, offsets.shape) == ((0,), (0,))
    assert ids.dtype == offsets.dtype == torch.int64
    assert title_bags([" "], 8)[1].tolist() == [0]
