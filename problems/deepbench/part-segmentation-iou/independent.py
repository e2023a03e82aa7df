import torch


@torch.no_grad()
def shape_ious(
    logits: torch.Tensor, labels: torch.Tensor, categories: torch.Tensor, parts: list[list[int]]
) -> list[float]:
    result = []
    for shape_logits, shape_labels, category in zip(logits, labels, categories.tolist()):
        own = torch.tensor(parts[category], dtype=torch.int64, device=logits.device)
        predicted = own[shape_logits[:, own].argmax(dim=1)]  # argmax gives the first of equal values
        total = 0.0
        for part in parts[category]:
            in_prediction = predicted == part
            in_labels = shape_labels == part
            union = int((in_prediction | in_labels).sum())
            total += int((in_prediction & in_labels).sum()) / union if union else 1.0
        result.append(total / len(parts[category]))
    return result


def mean_ious(ious: list[float], categories: list[int]) -> tuple[float, float]:
    by_category: dict[int, list[float]] = {}
    for iou, category in zip(ious, categories):
        by_category.setdefault(int(category), []).append(float(iou))
    means = [sum(values) / len(values) for values in by_category.values()]
    return float(sum(ious) / len(ious)), sum(means) / len(means)
