import numpy as np


def group_lines(boxes: np.ndarray, min_overlap: float = 0.5) -> list[list[int]]:
    heights = boxes[:, 3] - boxes[:, 1]
    lines: list[list[int]] = []
    for i in np.argsort(boxes[:, 1] + boxes[:, 3]).tolist():
        if lines:
            first = lines[-1][0]
            shared = min(boxes[first, 3], boxes[i, 3]) - max(boxes[first, 1], boxes[i, 1])
            if shared >= min_overlap * min(heights[first], heights[i]):
                lines[-1].append(i)
                continue
        lines.append([i])
    return [sorted(line, key=lambda i: boxes[i, 0]) for line in lines]


def read_text(words: list[str], boxes: np.ndarray, wide: float = 1.5) -> str:
    heights = boxes[:, 3] - boxes[:, 1]
    lines = []
    for line in group_lines(boxes):
        text = words[line[0]]
        for before, after in zip(line, line[1:]):
            gap = boxes[after, 0] - boxes[before, 2]
            text += "\t" if gap > wide * (heights[before] + heights[after]) / 2 else " "
            text += words[after]
        lines.append(text)
    return "\n".join(lines)
