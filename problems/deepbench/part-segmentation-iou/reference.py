import torch


def shape_ious(
    logits: torch.Tensor, labels: torch.Tensor, categories: torch.Tensor, parts: list[list[int]]
) -> list[float]:
    result = []
    for scores, label, category in zip(logits, labels, categories.tolist()):
        own = torch.tensor(parts[category])
        predicted = own[scores[:, own].argmax(dim=1)]
        ious = []
        for part in parts[category]:
            both = ((predicted == part) & (label == part)).sum().item()
            either = ((predicted == part) | (label == part)).sum().item()
            ious.append(both / either if either else 1.0)
        result.append(sum(ious) / len(ious))
    return result


def mean_ious(ious: list[float], categories: list[int]) -> tuple[float, float]:
    groups: dict[int, list[float]] = {}
    for iou, category in zip(ious, categories):
        groups.setdefault(category, []).append(iou)
    means = [sum(group) / len(group) for group in groups.values()]
    return sum(ious) / len(ious), sum(means) / len(means)
