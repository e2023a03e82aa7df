import math

import torch


class MeanIoU:
    def __init__(self, num_classes: int, ignore_index: int = 255) -> None:
        self.num_classes = num_classes
        self.ignore_index = ignore_index
        self.reset()

    def update(self, predictions: torch.Tensor, targets: torch.Tensor) -> None:
        if predictions.shape != targets.shape:
            raise ValueError(f"shapes differ: {tuple(predictions.shape)} and {tuple(targets.shape)}")
        predictions = predictions.detach().reshape(-1).to("cpu", torch.int64)
        targets = targets.detach().reshape(-1).to("cpu", torch.int64)
        kept = targets != self.ignore_index
        predictions, targets = predictions[kept], targets[kept]
        for name, values in (("target", targets), ("prediction", predictions)):
            if bool(((values < 0) | (values >= self.num_classes)).any()):
                raise ValueError(f"a {name} is not in [0, {self.num_classes})")
        n = self.num_classes
        self._confusion += torch.bincount(targets * n + predictions, minlength=n * n).reshape(n, n)

    def compute(self) -> dict:
        right = self._confusion.diagonal().tolist()
        true = self._confusion.sum(dim=1).tolist()
        predicted = self._confusion.sum(dim=0).tolist()
        iou = []
        for both, in_targets, in_predictions in zip(right, true, predicted):
            union = in_targets + in_predictions - both
            iou.append(both / union if union else math.nan)
        valid = [value for value in iou if not math.isnan(value)]
        total = sum(true)
        return {
            "iou": iou,
            "miou": sum(valid) / len(valid) if valid else math.nan,
            "accuracy": sum(right) / total if total else math.nan,
        }

    def reset(self) -> None:
        # Rows are true classes, columns predicted ones.
        self._confusion = torch.zeros(self.num_classes, self.num_classes, dtype=torch.int64)
