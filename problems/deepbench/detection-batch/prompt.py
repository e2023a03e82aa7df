import torch


def collate(
    samples: list[tuple[torch.Tensor, torch.Tensor, torch.Tensor]], stride: int = 32, fill: float = 0.5
) -> dict[str, torch.Tensor]:
    """Batch detection samples (image, boxes, labels) for a network that shrinks its input by ``stride``.

    Images are padded at the right and at the bottom with ``fill`` to the greatest height and the greatest width in the
    batch, each rounded up to a multiple of ``stride``.

    Args:
        samples: at least one; image float32 (3, H, W), boxes float32 (n, 4), labels int64 (n,); n may be 0.

    Returns:
        - "images": float32 (B, 3, H', W').
        - "padding": bool (B, H', W'), true where a pixel is padding.
        - "targets": float32 (sum of n, 6), sample by sample, each row (index of the image in the batch, label, and the
          four numbers of the box).
    """


def part(targets: torch.Tensor, n_images: int) -> list[tuple[torch.Tensor, torch.Tensor]]:
    """Undo the joining: (boxes float32 (n, 4), labels int64 (n,)) of each image, also of images without boxes.

    Args:
        targets: rows as in :func:`collate`, but in any order; rows of one image keep their order.
        n_images: B; every row's index is below it.
    """
