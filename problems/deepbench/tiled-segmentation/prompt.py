import torch
from torch import nn


def predict_tiled(
    model: nn.Module,
    image: torch.Tensor,
    tile: int,
    overlap: int,
    batch_size: int = 4,
) -> torch.Tensor:
    """Class probabilities of a large image, from a segmentation network that is run on overlapping tiles.

    ``model`` maps images (B, C, tile, tile) to logits (B, K, tile, tile). It is used in eval mode, without gradients,
    on at most ``batch_size`` tiles at a time; its mode afterwards does not matter.

    - An image lower or narrower than ``tile`` is extended to that size at the bottom and at the right by repeating its
      last row and its last column; what is predicted there is cut off in the end.
    - Along each axis tiles start at 0, s, 2 * s, … with s = tile - overlap, as long as they lie within the image. If
      they do not reach the end of the axis, one more tile is added that ends exactly there; no tile is added otherwise.
      The tiles are all combinations of row starts and column starts.
    - A tile's logits are turned into probabilities by a softmax over the classes. A pixel's result is the weighted
      average of the probabilities from all tiles that cover it. The weight of a tile's pixel (i, j) is w(i) * w(j)
      with w(i) = min(i + 1, tile - i), so that a tile counts most in its middle.

    Args:
        model: segmentation network, possibly handed over in training mode; all its parameters are float32.
        image: float32 tensor (C, H, W) with H, W >= 1. It is not changed.
        tile: side of a tile, at least 1.
        overlap: pixels that neighbouring tiles share, 0 <= overlap < tile.
        batch_size: at least 1.

    Returns:
        float32 tensor (K, H, W) that does not require gradients; at every pixel it sums to 1.

    Raises:
        ValueError: if ``image`` does not have three dimensions, if not 0 <= overlap < tile, or if ``batch_size`` is
            less than 1.
    """
