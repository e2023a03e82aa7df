import numpy as np


def find_segments(
    probabilities: np.ndarray, on: float = 0.6, off: float = 0.4, min_gap: int = 3, min_length: int = 5
) -> list[tuple[int, int]]:
    segments: list[tuple[int, int]] = []
    begin = None
    for frame, probability in enumerate([*probabilities.tolist(), -np.inf]):
        if begin is None and probability >= on:
            begin = frame
            if segments and begin - segments[-1][1] < min_gap:
                begin, _ = segments.pop()
        elif begin is not None and probability < off:
            segments.append((begin, frame))
            begin = None
    return [(begin, end) for begin, end in segments if end - begin >= min_length]


def to_frames(segments: list[tuple[int, int]], n_frames: int) -> np.ndarray:
    frames = np.zeros(n_frames, dtype=bool)
    for begin, end in segments:
        frames[max(begin, 0) : max(end, 0)] = True
    return frames
