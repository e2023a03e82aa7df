import torch


class MeanIoU:
    def __init__(self, num_classes: int, ignore_index: int = 255) -> None:
        self._classes, self._ignore = num_classes, ignore_index
        self.reset()

    def update(self, predictions: torch.Tensor, targets: torch.Tensor) -> None:
        if predictions.shape != targets.shape:
            raise ValueError("predictions and targets differ in shape")
        # int64 first: in uint8, target * C + prediction would wrap.
        predictions, targets = predictions.long(), targets.long()
        counted = targets != self._ignore
        predictions, targets = predictions[counted], targets[counted]
        for values in (predictions, targets):
            if ((values < 0) | (values >= self._classes)).any():
                raise ValueError(f"a class is not in [0, {self._classes})")
        cells = torch.bincount(targets * self._classes + predictions, minlength=self._classes**2)
        self._confusion += cells.reshape(self._classes, self._classes)

    def compute(self) -> dict:
        right = self._confusion.diagonal().double()
        either = self._confusion.sum(dim=0) + self._confusion.sum(dim=1) - right
        iou = right / either  # 0 / 0 is NaN
        return {
            "iou": iou.tolist(),
            "miou": iou.nanmean().item(),
            "accuracy": (right.sum() / self._confusion.sum()).item(),
        }

    def reset(self) -> None:
        self._confusion = torch.zeros(self._classes, self._classes, dtype=torch.int64)
