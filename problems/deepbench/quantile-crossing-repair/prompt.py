import numpy as np


def repair_quantiles(predictions: np.ndarray, levels: np.ndarray) -> np.ndarray:
    """Rearrange predicted quantiles so that they do not cross.

    Column q of ``predictions`` is the prediction for level ``levels[q]``. A row's values are rearranged so that a
    higher level never has a smaller value. The columns keep their meaning: column q of the result is still for
    ``levels[q]``.

    Args:
        predictions: float array (N, Q), not changed.
        levels: (Q,), distinct, in (0, 1), in any order.

    Returns:
        Array (N, Q) of the dtype of ``predictions``.
    """
