import torch


def shape_ious(
    logits: torch.Tensor, labels: torch.Tensor, categories: torch.Tensor, parts: list[list[int]]
) -> list[float]:
    """The IoU of each shape in a batch of point clouds whose points were labelled with parts.

    A shape of category c has the parts ``parts[c]`` only: a point's predicted part is, among these, the one with the
    greatest logit (of equal ones, the first in the list). A part's IoU is (points with both prediction and label of the
    part) / (points with either), or 1 if there are no such points. A shape's IoU is the mean over the parts of its
    category.

    Args:
        logits: float tensor (B, N, P), for all parts of all categories. Not changed.
        labels: int64 tensor (B, N), parts of the shape's category.
        categories: int64 tensor (B,).
        parts: for each category the list of its parts, none of them empty.
    """


def mean_ious(ious: list[float], categories: list[int]) -> tuple[float, float]:
    """The mean over all shapes, and the mean over the categories of the mean over a category's shapes.

    Categories without a shape are left out. ``ious`` holds at least one shape.
    """
