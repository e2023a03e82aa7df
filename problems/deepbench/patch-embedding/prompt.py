import torch
from torch import nn


class PatchEmbedding(nn.Module):
    """Turns images into the token sequence of a vision transformer.

    An image is cut into squares of ``patch_size`` without overlap, each is projected linearly to ``dim``
    numbers, and the tokens are laid out row by row. A class token is put in front, and a position embedding is
    added to every token, the class token included.

    Images need not have the size that the module was built for. For another grid of patches, the position
    embeddings of the patches (not that of the class token) are resized as an image of ``dim`` channels:
    bilinear, corners not aligned (``align_corners=False``), no antialiasing.

    The state dict has exactly these entries, n being ``image_size // patch_size``:

    * ``proj.weight`` and ``proj.bias``: of an ``nn.Conv2d`` from ``in_channels`` to ``dim``, default initialisation.
    * ``class_token``: shape (1, 1, dim), initialised with zeros.
    * ``positions``: shape (1, 1 + n * n, dim), the class token's first and then the grid's row by row; initialised
      from a normal distribution with standard deviation 0.02. Resizing never changes the parameter itself.

    Args:
        image_size: height and width of the images that the position embeddings are made for.
        patch_size: height and width of a patch.
        in_channels: channels of the images.
        dim: size of a token.

    Raises:
        ValueError: if ``image_size`` is not a multiple of ``patch_size``.
    """

    def __init__(self, image_size: int, patch_size: int, in_channels: int, dim: int) -> None: ...

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """From (B, in_channels, H, W) to (B, 1 + (H // patch_size) * (W // patch_size), dim).

        H and W may differ from each other. All parameters get gradients, also when positions are resized.

        Raises:
            ValueError: if H or W is not a multiple of ``patch_size``, or the images have another number of channels.
        """
