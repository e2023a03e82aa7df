import numpy as np


def tight_boxes(masks: np.ndarray) -> np.ndarray:
    boxes = np.zeros((len(masks), 4), dtype=np.int64)
    for box, mask in zip(boxes, masks):
        rows, columns = np.nonzero(mask)
        box[:] = columns.min(), rows.min(), columns.max() + 1, rows.max() + 1
    return boxes


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
    order = np.array(chosen, dtype=np.int64)
    pasted = donor_masks[order]
    region = pasted.any(axis=0)
    for i in range(len(pasted)):
        pasted[i] &= ~pasted[i + 1 :].any(axis=0)
    visible = np.concatenate([masks & ~region, pasted])
    keep = visible.sum(axis=(1, 2)) >= min_pixels
    return {
        "image": np.where(region[..., None], donor_image, image),
        "masks": visible[keep],
        "labels": np.concatenate([labels, donor_labels[order]])[keep],
        "boxes": tight_boxes(visible[keep]),
    }
