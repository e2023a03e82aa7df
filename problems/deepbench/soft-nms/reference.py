import torch


def soft_nms(
    boxes: torch.Tensor,
    scores: torch.Tensor,
    labels: torch.Tensor,
    sigma: float = 0.5,
    min_score: float = 0.001,
    max_detections: int = 100,
) -> tuple[torch.Tensor, torch.Tensor]:
    if not sigma > 0:
        raise ValueError("sigma must be greater than 0")
    area = (boxes[:, 2:] - boxes[:, :2]).prod(dim=1)
    sides = torch.minimum(boxes[:, None, 2:], boxes[None, :, 2:]) - torch.maximum(
        boxes[:, None, :2], boxes[None, :, :2]
    )
    overlap = sides.clamp_min(0).prod(dim=2)
    union = area[:, None] + area[None, :] - overlap
    iou = torch.where(union > 0, overlap / union, 0.0)
    decay = torch.where(labels[:, None] == labels[None, :], torch.exp(-(iou**2) / sigma), 1.0).to(scores.dtype)

    current = scores.clone()
    left = torch.arange(len(scores))
    chosen, chosen_scores = [], []
    while len(chosen) < max_detections:
        left = left[current[left] >= min_score]
        if len(left) == 0:
            break
        # A stable sort, since argmax promises no order among equal scores.
        best = left[torch.sort(current[left], descending=True, stable=True).indices[0]]
        chosen.append(best)
        chosen_scores.append(current[best])
        left = left[left != best]
        current = current * decay[best]
    if not chosen:
        return torch.zeros(0, dtype=torch.int64), scores.new_zeros(0)
    return torch.stack(chosen), torch.stack(chosen_scores)
