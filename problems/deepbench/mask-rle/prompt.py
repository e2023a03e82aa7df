import numpy as np


def encode_mask(mask: np.ndarray) -> list[int]:
    """Run-length encode a binary mask, column by column.

    The pixels are read down the first column, then down the second, and so on. The result is the lengths of the runs
    of equal pixels, alternately background and foreground, beginning with background: if the first pixel is
    foreground, the first length is 0. No other length is 0.

    Args:
        mask: array (H, W) of bool or of any integer or float dtype; every value other than 0 is foreground. It may be
            a view that is not contiguous, and it is not changed. H or W may be 0.

    Returns:
        The lengths, as plain ``int`` (so that ``json.dumps`` takes them); empty for a mask without pixels.

    Raises:
        ValueError: if ``mask`` does not have two dimensions.
    """


def decode_mask(counts: list[int], height: int, width: int) -> np.ndarray:
    """Undo :func:`encode_mask`.

    Lengths of 0 are accepted at any place, and a missing or extra last run of length 0 makes no difference.

    Args:
        counts: run lengths, beginning with background. They are not changed.
        height: H >= 0.
        width: W >= 0.

    Returns:
        bool array (H, W).

    Raises:
        ValueError: if a length is negative, or the lengths do not add up to H * W.
    """
