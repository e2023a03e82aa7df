import unicodedata

import numpy as np


def _key(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold()
    kept = [i for i, character in enumerate(folded) if character.isalnum()]
    return folded[kept[0] : kept[-1] + 1] if kept else ""


def same_word(a: str, b: str) -> bool:
    return _key(a) == _key(b)


def _iou(a: np.ndarray, b: np.ndarray) -> float:
    overlap = (np.minimum(a[2:], b[2:]) - np.maximum(a[:2], b[:2])).clip(0).prod()
    return overlap / ((a[2:] - a[:2]).prod() + (b[2:] - b[:2]).prod() - overlap)


def spotting_f1(images: list[dict], min_iou: float = 0.5) -> dict[str, float]:
    right = n_detections = n_words = 0
    for image in images:
        candidates = [
            (-_iou(box, true_box), i, j)
            for i, box in enumerate(image["boxes"])
            for j, true_box in enumerate(image["true_boxes"])
        ]
        match: dict[int, int] = {}
        for loss, i, j in sorted(candidates):
            if -loss >= min_iou and i not in match and j not in match.values():
                match[i] = j
        read = [(image["texts"][i], image["true_texts"][j]) for i, j in match.items()]
        legible = [pair for pair in read if pair[1] != "###"]
        right += sum(same_word(*pair) for pair in legible)
        n_detections += len(image["texts"]) - len(read) + len(legible)
        n_words += sum(text != "###" for text in image["true_texts"])
    return {
        "precision": right / (n_detections or 1),
        "recall": right / (n_words or 1),
        "f1": 2 * right / (n_detections + n_words or 1),
    }
