import torch


def assign_targets(
    anchors: torch.Tensor,
    boxes: torch.Tensor,
    labels: torch.Tensor,
    negative_iou: float = 0.4,
    positive_iou: float = 0.5,
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    if negative_iou > positive_iou:
        raise ValueError("negative_iou must not be greater than positive_iou")
    classes = torch.full((len(anchors),), -1)
    matched = torch.full((len(anchors),), -1)
    deltas = torch.zeros_like(anchors)
    if not len(anchors) or not len(boxes):
        return classes, matched, deltas

    iou = _iou(anchors, boxes)
    best = iou.max(dim=1).values
    classes[best >= negative_iou] = -2
    matched = torch.where(best >= positive_iou, _first_largest(iou), matched)
    claimed = _first_largest(iou.T)
    claimed_iou = iou[claimed, torch.arange(len(boxes))]
    # The last to write wins: ascending in IoU, and descending in index among equals.
    order = sorted(range(len(boxes)), key=lambda g: (claimed_iou[g].item(), -g))
    for g in order:
        if claimed_iou[g] > 0:
            matched[claimed[g]] = g

    positive = matched >= 0
    objects = matched[positive]
    classes[positive] = labels[objects]
    centre, size = _centre_and_size(anchors[positive])
    box_centre, box_size = _centre_and_size(boxes[objects])
    deltas[positive] = torch.cat([(box_centre - centre) / size, (box_size / size).log()], dim=1)
    return classes, matched, deltas


def decode_boxes(anchors: torch.Tensor, deltas: torch.Tensor, max_log_scale: float = 4.0) -> torch.Tensor:
    centre, size = _centre_and_size(anchors)
    centre = centre + deltas[:, :2] * size
    size = size * deltas[:, 2:].clamp_max(max_log_scale).exp()
    return torch.cat([centre - size / 2, centre + size / 2], dim=1)


def _iou(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    low = torch.maximum(a[:, None, :2], b[:, :2])
    high = torch.minimum(a[:, None, 2:], b[:, 2:])
    intersection = (high - low).clamp_min(0).prod(dim=2)
    return intersection / (
        (a[:, 2:] - a[:, :2]).prod(dim=1)[:, None] + (b[:, 2:] - b[:, :2]).prod(dim=1) - intersection
    )


def _first_largest(iou: torch.Tensor) -> torch.Tensor:
    # torch doesn't promise which of several maxima argmax finds.
    places = torch.arange(iou.shape[1]).expand_as(iou)
    return places.masked_fill(iou < iou.max(dim=1, keepdim=True).values, iou.shape[1]).min(dim=1).values


def _centre_and_size(boxes: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    return (boxes[:, :2] + boxes[:, 2:]) / 2, boxes[:, 2:] - boxes[:, :2]
