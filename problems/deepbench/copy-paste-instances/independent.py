import numpy as np


def tight_boxes(masks: np.ndarray) -> np.ndarray:
    n = masks.shape[0]
    if n == 0:
        return np.zeros((0, 4), dtype=np.int64)
    height, width = masks.shape[1:]
    columns, rows = masks.any(axis=1), masks.any(axis=2)
    x1, y1 = columns.argmax(axis=1), rows.argmax(axis=1)
    x2 = width - columns[:, ::-1].argmax(axis=1)
    y2 = height - rows[:, ::-1].argmax(axis=1)
    return np.stack([x1, y1, x2, y2], axis=1).astype(np.int64)


def paste(
    image: np.ndarray,
    masks: np.ndarray,
    labels: np.ndarray,
    donor_image: np.ndarray,
    donor_masks: np.ndarray,
    donor_labels: np.ndarray,
    chosen: list[int],
    min_pixels: int = 10,
) -> dict[str, np.ndarray]:
    index = np.asarray(chosen, dtype=np.int64).reshape(-1)
    pasted = donor_masks[index].astype(bool)  # copies
    covered = np.zeros(image.shape[:2], dtype=bool)
    for k in reversed(range(len(index))):  # later ones win
        original = pasted[k].copy()
        pasted[k] &= ~covered
        covered |= original

    result = image.copy()
    result[covered] = donor_image[covered]
    own = masks.astype(bool) & ~covered

    all_masks = np.concatenate([own, pasted], axis=0)
    all_labels = np.concatenate([labels, donor_labels[index]]).astype(np.int64)
    keep = all_masks.sum(axis=(1, 2)) >= min_pixels
    all_masks, all_labels = all_masks[keep], all_labels[keep]
    return {"image": result, "masks": all_masks, "labels": all_labels, "boxes": tight_boxes(all_masks)}
