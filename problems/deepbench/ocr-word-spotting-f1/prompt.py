import numpy as np


def same_word(a: str, b: str) -> bool:
    """Whether two transcriptions are the same word: equal (perhaps both empty) after Unicode NFKC normalisation, case
    folding, and removal of everything not alphanumeric (``str.isalnum``) from both ends, but not from within."""


def spotting_f1(images: list[dict], min_iou: float = 0.5) -> dict[str, float]:
    """End-to-end precision, recall and F1 of an OCR system: words have to be found and read.

    In each image, every pair of a detection and a true word whose IoU is at least ``min_iou`` is a candidate. Candidates
    are taken in descending order of IoU (of equal ones, the lower detection index first, then the lower true index); a
    candidate is matched if neither its detection nor its true word is in a match yet. So places are matched first,
    whatever was read there. Then:

    - A detection matched with a word whose text is "###" (illegible) does not count at all, and neither do true words
      with the text "###", matched or not.
    - Of the other matches, those whose texts are the :func:`same_word` are right.

    Over all images together, precision is right / (detections that count), recall is right / (true words that count),
    and f1 is 2 * right / (detections that count + true words that count). A ratio whose denominator is 0 is 0.

    Args:
        images: per image {"boxes": float array (D, 4), "texts": D strings, "true_boxes": float array (G, 4),
            "true_texts": G strings}, D and G may be 0. Boxes are (x1, y1, x2, y2) with continuous edges and positive
            area. Nothing is changed.
        min_iou: greater than 0.

    Returns:
        {"precision", "recall", "f1"} as floats.
    """
