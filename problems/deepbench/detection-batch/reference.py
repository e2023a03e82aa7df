import torch


def collate(
    samples: list[tuple[torch.Tensor, torch.Tensor, torch.Tensor]], stride: int = 32, fill: float = 0.5
) -> dict[str, torch.Tensor]:
    height, width = (max(image.shape[dim] for image, _, _ in samples) for dim in (1, 2))
    height, width = -(-height // stride) * stride, -(-width // stride) * stride
    images = torch.full((len(samples), 3, height, width), fill)
    padding = torch.ones(len(samples), height, width, dtype=torch.bool)
    targets = []
    for i, (image, boxes, labels) in enumerate(samples):
        _, h, w = image.shape
        images[i, :, :h, :w] = image
        padding[i, :h, :w] = False
        index = torch.full((len(labels), 1), float(i))
        targets.append(torch.cat([index, labels[:, None], boxes], dim=1))
    return {"images": images, "padding": padding, "targets": torch.cat(targets)}


def part(targets: torch.Tensor, n_images: int) -> list[tuple[torch.Tensor, torch.Tensor]]:
    own = [targets[targets[:, 0] == i] for i in range(n_images)]
    return [(rows[:, 2:], rows[:, 1].long()) for rows in own]
