import numpy as np


def class_shares(masks: list[np.ndarray], n_classes: int, ignore: int = 255) -> np.ndarray:
    """How large a share of all labelled pixels of a data set each class has.

    All pixels count alike: a large mask counts more than a small one.

    Args:
        masks: uint8 arrays (H, W) of any sizes; values are below ``n_classes``, or ``ignore`` where a pixel has no
            label. At least one pixel has a label.
        n_classes: C.

    Returns:
        float64 array (C,), which adds up to 1.
    """
