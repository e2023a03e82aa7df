import torch


def decode_boxes(
    anchors: torch.Tensor, deltas: torch.Tensor, image_size: tuple[int, int], max_delta: float = 4.0
) -> torch.Tensor:
    size = anchors[:, 2:] - anchors[:, :2]
    centre = (anchors[:, 2:] + anchors[:, :2]) / 2 + deltas[:, :2] * size
    half = size * deltas[:, 2:].clamp(max=max_delta).exp() / 2
    height, width = image_size
    boxes = torch.cat([centre - half, centre + half], dim=1)
    return torch.minimum(boxes.clamp_min(0), boxes.new_tensor([width, height, width, height]))
