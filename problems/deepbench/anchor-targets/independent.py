import torch


def _first_argmax(values: torch.Tensor, dim: int) -> tuple[torch.Tensor, torch.Tensor]:
    best = values.amax(dim)
    size = values.shape[dim]
    shape = [1] * values.dim()
    shape[dim] = size
    index = torch.arange(size, device=values.device).reshape(shape).expand_as(values)
    index = torch.where(values == best.unsqueeze(dim), index, torch.full_like(index, size - 1))
    return best, index.amin(dim)


def _iou(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    low = torch.maximum(a[:, None, :2], b[None, :, :2])
    high = torch.minimum(a[:, None, 2:], b[None, :, 2:])
    inter = (high - low).clamp(min=0).prod(-1)
    area_a = (a[:, 2:] - a[:, :2]).prod(-1)
    area_b = (b[:, 2:] - b[:, :2]).prod(-1)
    return inter / (area_a[:, None] + area_b[None, :] - inter)


@torch.no_grad()
def assign_targets(
    anchors: torch.Tensor,
    boxes: torch.Tensor,
    labels: torch.Tensor,
    negative_iou: float = 0.4,
    positive_iou: float = 0.5,
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    if negative_iou > positive_iou:
        raise ValueError("negative_iou must not be greater than positive_iou")
    n_anchors, n_boxes = anchors.shape[0], boxes.shape[0]
    device = anchors.device
    classes = torch.full((n_anchors,), -1, dtype=torch.int64, device=device)
    matched = torch.full((n_anchors,), -1, dtype=torch.int64, device=device)
    deltas = torch.zeros((n_anchors, 4), dtype=anchors.dtype, device=device)
    if n_anchors == 0 or n_boxes == 0:
        return classes, matched, deltas

    a, b = anchors.double(), boxes.double()
    iou = _iou(a, b)

    best, best_object = _first_argmax(iou, 1)
    positive = best >= positive_iou
    ignored = ~positive & ~(best < negative_iou)
    matched[positive] = best_object[positive]
    classes[ignored] = -2

    claim_iou, claim_anchor = _first_argmax(iou, 0)
    winner: dict[int, tuple[float, int]] = {}
    for g, (value, anchor) in enumerate(zip(claim_iou.tolist(), claim_anchor.tolist())):
        if value > 0 and (anchor not in winner or value > winner[anchor][0]):
            winner[anchor] = (value, g)
    for anchor, (_, g) in winner.items():
        matched[anchor] = g

    positive = matched >= 0
    classes[positive] = labels[matched[positive]]
    pa, pb = a[positive], b[matched[positive]]
    size_a, size_b = pa[:, 2:] - pa[:, :2], pb[:, 2:] - pb[:, :2]
    centre_a, centre_b = (pa[:, 2:] + pa[:, :2]) / 2, (pb[:, 2:] + pb[:, :2]) / 2
    target = torch.cat([(centre_b - centre_a) / size_a, torch.log(size_b / size_a)], dim=1)
    deltas[positive] = target.to(deltas.dtype)
    return classes, matched, deltas


def decode_boxes(anchors: torch.Tensor, deltas: torch.Tensor, max_log_scale: float = 4.0) -> torch.Tensor:
    size_a = anchors[:, 2:] - anchors[:, :2]
    centre_a = anchors[:, :2] + size_a / 2
    centre = deltas[:, :2] * size_a + centre_a
    half = torch.exp(deltas[:, 2:].clamp(max=max_log_scale)) * size_a / 2
    return torch.cat([centre - half, centre + half], dim=1)
