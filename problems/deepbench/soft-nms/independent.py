import torch


@torch.no_grad()
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
    b = boxes.double()
    area = (b[:, 2] - b[:, 0]) * (b[:, 3] - b[:, 1])
    current = scores.detach().clone()
    index = torch.arange(len(b), device=b.device)  # the boxes left, ascending
    selected: list[torch.Tensor] = []
    selected_scores: list[torch.Tensor] = []

    while len(selected) < max_detections:
        index = index[current[index] >= min_score]
        if len(index) == 0:
            break
        left = current[index]
        position = int(torch.nonzero(left == left.max())[0])
        best = index[position]
        selected.append(best)
        selected_scores.append(left[position])
        index = torch.cat([index[:position], index[position + 1 :]])

        same = index[labels[index] == labels[best]]
        low = torch.maximum(b[same, :2], b[best, :2])
        high = torch.minimum(b[same, 2:], b[best, 2:])
        inter = (high - low).clamp(min=0).prod(dim=1)
        union = area[same] + area[best] - inter
        iou = torch.where(union > 0, inter / union, torch.zeros_like(inter))
        current[same] = (current[same].double() * torch.exp(-(iou**2) / sigma)).to(current.dtype)

    if not selected:
        return torch.zeros(0, dtype=torch.int64, device=b.device), current[:0].clone()
    return torch.stack(selected), torch.stack(selected_scores)
