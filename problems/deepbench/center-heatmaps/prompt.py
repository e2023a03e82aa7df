import torch


def encode_centers(
    boxes: torch.Tensor, labels: torch.Tensor, n_classes: int, height: int, width: int, stride: int = 4
) -> dict[str, torch.Tensor]:
    """Training targets of a detector that finds objects as points of a heatmap with one cell per ``stride`` pixels.

    A box (x1, y1, x2, y2) is divided by ``stride``, which gives its size (w, h) and its centre (x, y) in cells. The
    object's cell is column floor(x), row floor(y); an object whose cell is outside the map is ignored. In the heatmap of
    its class, cell (row, column) gets exp(-d² / (2 * sigma²)), where d is the distance from (row, column) to the object's
    own cell and sigma = max(w, h, 3) / 6; where objects of a class overlap, the greater value stays.

    Args:
        boxes: float32 (N, 4) in pixels; N may be 0.
        labels: int64 (N,), below ``n_classes``.
        height, width: size of the map in cells.

    Returns:
        - "heatmap": float32 (n_classes, height, width).
        - "offset": float32 (2, height, width): (x - floor(x), y - floor(y)) at the objects' cells, 0 elsewhere.
        - "size": float32 (2, height, width): (w, h) at the objects' cells, 0 elsewhere. If objects share a cell, the
          last one's offset and size count.
    """


def decode_centers(
    heatmap: torch.Tensor, offset: torch.Tensor, size: torch.Tensor, stride: int = 4, min_score: float = 0.1
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Boxes from maps like those of :func:`encode_centers`.

    A cell of a class is a detection if its heat is at least ``min_score`` and no smaller than that of any of its (up to
    8) neighbours in the same class. Its centre is (column, row) plus the offset at that cell.

    Returns:
        boxes float32 (K, 4) in pixels, scores float32 (K,), labels int64 (K,); the highest score first, equal scores in
        the order of class, then row, then column. The arguments are not changed.
    """
