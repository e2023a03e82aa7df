import numpy as np


def group_lines(boxes: np.ndarray, min_overlap: float = 0.5) -> list[list[int]]:
    """Group the boxes of detected words into lines, top to bottom, each from left to right.

    Words are taken by the y of their centres, ascending. A word joins the line that was begun last if the height that
    it shares with the *first* word taken into that line is at least ``min_overlap`` times the smaller of the two words'
    heights; otherwise it begins a new line. At the end the words of each line are put in order of their left edges.

    Args:
        boxes: float64 array (N, 4) of (x1, y1, x2, y2), x1 < x2 and y1 < y2; N may be 0. No two have the same y of
            their centres or the same left edge.
        min_overlap: greater than 0.

    Returns:
        Indices of the boxes, line by line.
    """


def read_text(words: list[str], boxes: np.ndarray, wide: float = 1.5) -> str:
    """The text of detected words: lines as by ``group_lines(boxes)``, with line feeds in between.

    In a line, words are separated by a space, or by a tab where the gap between the right edge of a word and the left
    edge of the next is more than ``wide`` times the mean height of these two words.
    """
