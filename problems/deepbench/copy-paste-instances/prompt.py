import numpy as np


def tight_boxes(masks: np.ndarray) -> np.ndarray:
    """The smallest box around each mask of a bool array (N, H, W), none of them empty; N may be 0.

    Returns int64 (N, 4): (x1, y1, x2, y2), the first column and row of the mask, and the ones after its last.
    """


def paste(
    image: np.ndarray,
    masks: np.ndarray,
    labels: np.ndarray,
    donor_image: np.ndarray,
    donor_masks: np.ndarray,
    donor_labels: np.ndarray,
    chosen: list[int],
    min_pixels: int = 10,
) -> dict[str, np.ndarray]:
    """Paste the chosen objects of a donor image, where they are, into an image of the same size.

    The pixels of the chosen masks are taken from the donor. The image's own objects lose the pixels that a chosen mask
    covers. Where chosen masks overlap, the pixels belong to the one that is later in ``chosen``. Objects, own or pasted,
    with fewer than ``min_pixels`` pixels left are dropped from the result (the image's pixels stay pasted).

    Args:
        image, donor_image: uint8 (H, W, 3).
        masks, donor_masks: bool (N, H, W) and (M, H, W). The image's own masks may overlap each other, and go on
            doing so.
        labels, donor_labels: int64 (N,) and (M,).
        chosen: different indices of donor objects, in any order, perhaps none.
        min_pixels: at least 1.

    Returns:
        "image" uint8 (H, W, 3); "masks" bool (K, H, W), "labels" int64 (K,) and "boxes" (as by :func:`tight_boxes`) of
        the objects left: the image's own first, in their order, then the pasted ones in the order of ``chosen``. The
        arguments are not changed.
    """
