import numpy as np


def group_lines(boxes: np.ndarray, min_overlap: float = 0.5) -> list[list[int]]:
    boxes = np.asarray(boxes, dtype=np.float64).reshape(-1, 4)
    top, bottom = boxes[:, 1], boxes[:, 3]
    lines: list[list[int]] = []
    for index in np.argsort(top + bottom, kind="stable").tolist():
        if lines:
            first = lines[-1][0]
            shared = min(bottom[first], bottom[index]) - max(top[first], top[index])
            smaller = min(bottom[first] - top[first], bottom[index] - top[index])
            if shared >= min_overlap * smaller:
                lines[-1].append(index)
                continue
        lines.append([index])
    return [sorted(line, key=lambda i: boxes[i, 0]) for line in lines]


def read_text(words: list[str], boxes: np.ndarray, wide: float = 1.5) -> str:
    boxes = np.asarray(boxes, dtype=np.float64).reshape(-1, 4)
    heights = boxes[:, 3] - boxes[:, 1]
    lines = []
    for line in group_lines(boxes):
        text = words[line[0]]
        for left, right in zip(line, line[1:]):
            gap = boxes[right, 0] - boxes[left, 2]
            is_wide = gap > wide * (heights[left] + heights[right]) / 2
            text += ("\t" if is_wide else " ") + words[right]
        lines.append(text)
    return "\n".join(lines)
