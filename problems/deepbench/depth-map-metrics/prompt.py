import torch


def depth_metrics(
    predicted: torch.Tensor, depth: torch.Tensor, max_depth: float = 80.0, align: bool = False
) -> dict[str, float]:
    """Errors of monocular depth estimation.

    A pixel is valid if 0 < depth <= max_depth; NaN depth is not valid. Each figure is computed over the valid pixels of
    an image; the result is its mean over the images that have a valid pixel (so every image weighs the same).

    If ``align``, an image's prediction is first multiplied by (median of the valid depths) / (median of the predictions
    at valid pixels). The median of an even number of values is the mean of the middle two. Then, aligned or not,
    predictions are clamped to [0.001, max_depth].

    - "abs_rel": mean of |p - d| / d.
    - "rmse_log": square root of the mean of (log p - log d)².
    - "delta1": share of pixels with max(p / d, d / p) < 1.25.

    Args:
        predicted: float tensor (B, H, W), positive where depth is valid, anything elsewhere. Not changed.
        depth: float tensor (B, H, W), 0 or NaN where it is not known. Not changed.
        max_depth: greatest depth.
        align: whether to align the scale by medians.

    Returns:
        The three entries, as floats; NaN if no image has a valid pixel.
    """
