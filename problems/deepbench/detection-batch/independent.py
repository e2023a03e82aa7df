import torch


def collate(
    samples: list[tuple[torch.Tensor, torch.Tensor, torch.Tensor]], stride: int = 32, fill: float = 0.5
) -> dict[str, torch.Tensor]:
    height = max(image.shape[1] for image, _, _ in samples)
    width = max(image.shape[2] for image, _, _ in samples)
    height = -(-height // stride) * stride
    width = -(-width // stride) * stride

    device = samples[0][0].device
    images = torch.full((len(samples), 3, height, width), fill, dtype=torch.float32, device=device)
    padding = torch.ones((len(samples), height, width), dtype=torch.bool, device=device)
    rows = []
    for index, (image, boxes, labels) in enumerate(samples):
        h, w = image.shape[1:]
        images[index, :, :h, :w] = image
        padding[index, :h, :w] = False
        target = torch.empty((len(labels), 6), dtype=torch.float32, device=boxes.device)
        target[:, 0] = index
        target[:, 1] = labels
        target[:, 2:] = boxes.reshape(-1, 4)
        rows.append(target)
    return {"images": images, "padding": padding, "targets": torch.cat(rows)}


def part(targets: torch.Tensor, n_images: int) -> list[tuple[torch.Tensor, torch.Tensor]]:
    numbers = targets[:, 0].long()
    result = []
    for index in range(n_images):
        rows = targets[numbers == index]
        result.append((rows[:, 2:].clone(), rows[:, 1].long()))
    return result
