import torch


def collate(
    samples: list[dict],
    pad_id: int,
    max_len: int,
    multiple_of: int = 8,
    left: bool = False,
) -> dict[str, torch.Tensor]:
    """Put tokenised texts of unequal length into one batch for a classifier.

    A text longer than ``max_len`` keeps its first ``max_len - 1`` tokens and its very last one (the end token). The
    width of the batch is the length of the longest text after that, at least 1, rounded up to a multiple of
    ``multiple_of``, but never more than ``max_len``. Texts are padded with ``pad_id`` on the right, or on the left if
    ``left`` is true.

    A text may itself contain ``pad_id`` as an ordinary token, anywhere: such a token counts like any other.

    Args:
        samples: dicts with "ids" (a list of int, possibly empty) and "label" (int). They are not changed.
        pad_id: token used for padding.
        max_len: greatest width, at least 1.
        multiple_of: at least 1; 1 means no rounding.
        left: pad on the left.

    Returns:
        A dict, with B the number of samples and L the width:

        - "input_ids": int64 (B, L).
        - "attention_mask": bool (B, L), true at the text's own tokens.
        - "position_ids": int64 (B, L): 0, 1, 2, … at the text's own tokens, wherever they stand; 0 at padding.
        - "labels": int64 (B,).

    Raises:
        ValueError: if ``samples`` is empty, or ``max_len`` or ``multiple_of`` is less than 1.
    """
