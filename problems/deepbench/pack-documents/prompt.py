import torch


def pack(documents: list[list[int]], length: int, pad_id: int = 0) -> dict[str, torch.Tensor]:
    """Pack tokenised documents into blocks of equal length, to pre-train a language model.

    Documents are taken in order. One with more than ``length`` tokens is first cut into pieces of ``length``, the last
    one perhaps shorter, each treated like a document from then on. Each document goes into the first of the blocks
    begun so far that has room for all of it, behind what is already there; if there is none, it begins a new block.
    Empty documents are left out.

    Documents may contain ``pad_id`` as an ordinary token.

    Args:
        length: L, at least 1.

    Returns:
        With N blocks, perhaps none, int64 (N, L) each:

        - "ids": the tokens, then ``pad_id``.
        - "segments": 1 for the tokens of a block's first document, 2 for those of its second, …; 0 at padding.
        - "positions": 0, 1, 2, … within each document; 0 at padding.
        - "labels": at each token the next token of the same document; -100 at a document's last token and at padding.
    """


def block_mask(segments: torch.Tensor) -> torch.Tensor:
    """Which positions may attend to which: bool (N, 1, L, L), entry [n, 0, i, j] true if i may look at j.

    A token looks at itself and at earlier tokens of its own document only. Nothing but padding looks at padding, and a
    padding position looks at itself alone, so that no row of a softmax is masked entirely.

    Args:
        segments: int64 (N, L), as :func:`pack` returns them.
    """
