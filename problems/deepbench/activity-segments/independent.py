import numpy as np


def find_segments(
    probabilities: np.ndarray, on: float = 0.6, off: float = 0.4, min_gap: int = 3, min_length: int = 5
) -> list[tuple[int, int]]:
    probabilities = np.asarray(probabilities)
    starts = (probabilities >= on).tolist()
    stops = (probabilities < off).tolist()

    segments: list[tuple[int, int]] = []
    begin = None
    for t, (is_on, is_off) in enumerate(zip(starts, stops)):
        if begin is None:
            if is_on:
                begin = t
        elif is_off:
            segments.append((begin, t))
            begin = None
    if begin is not None:
        segments.append((begin, len(starts)))

    joined: list[tuple[int, int]] = []
    for b, e in segments:
        if joined and b - joined[-1][1] < min_gap:
            joined[-1] = (joined[-1][0], e)
        else:
            joined.append((b, e))
    return [(b, e) for b, e in joined if e - b >= min_length]


def to_frames(segments: list[tuple[int, int]], n_frames: int) -> np.ndarray:
    frames = np.zeros(n_frames, dtype=bool)
    for b, e in segments:
        b, e = max(int(b), 0), min(int(e), n_frames)
        if e > b:
            frames[b:e] = True
    return frames
