import unicodedata

import numpy as np


def _canonical(text: str) -> str:
    text = unicodedata.normalize("NFKC", text).casefold()
    begin, end = 0, len(text)
    while begin < end and not text[begin].isalnum():
        begin += 1
    while end > begin and not text[end - 1].isalnum():
        end -= 1
    return text[begin:end]


def same_word(a: str, b: str) -> bool:
    return _canonical(a) == _canonical(b)


def _iou(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    low = np.maximum(a[:, None, :2], b[None, :, :2])
    high = np.minimum(a[:, None, 2:], b[None, :, 2:])
    sides = np.clip(high - low, 0, None)
    inter = sides[..., 0] * sides[..., 1]
    area_a = (a[:, 2] - a[:, 0]) * (a[:, 3] - a[:, 1])
    area_b = (b[:, 2] - b[:, 0]) * (b[:, 3] - b[:, 1])
    return inter / (area_a[:, None] + area_b[None, :] - inter)


def spotting_f1(images: list[dict], min_iou: float = 0.5) -> dict[str, float]:
    right = detected = true = 0
    for image in images:
        boxes = np.asarray(image["boxes"], dtype=np.float64).reshape(-1, 4)
        true_boxes = np.asarray(image["true_boxes"], dtype=np.float64).reshape(-1, 4)
        texts, true_texts = image["texts"], image["true_texts"]
        iou = _iou(boxes, true_boxes)
        candidates = sorted((-iou[d, g], d, g) for d, g in np.argwhere(iou >= min_iou).tolist())

        match: dict[int, int] = {}
        taken: set[int] = set()
        for _, d, g in candidates:
            if d not in match and g not in taken:
                match[d] = g
                taken.add(g)

        true += sum(text != "###" for text in true_texts)
        for d in range(len(boxes)):
            if d not in match:
                detected += 1
            elif true_texts[match[d]] != "###":
                detected += 1
                right += same_word(texts[d], true_texts[match[d]])

    return {
        "precision": right / detected if detected else 0.0,
        "recall": right / true if true else 0.0,
        "f1": 2 * right / (detected + true) if detected + true else 0.0,
    }
