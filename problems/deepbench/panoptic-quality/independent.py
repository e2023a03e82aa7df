import numpy as np


class PanopticQuality:
    def __init__(self) -> None:
        self._stats: dict[int, list] = {}  # category: [tp, fp, fn, sum of the matches' IoU]

    def _of(self, category: int) -> list:
        return self._stats.setdefault(int(category), [0, 0, 0, 0.0])

    def update(
        self, predicted: np.ndarray, predicted_segments: dict[int, int], true: np.ndarray, true_segments: dict[int, int]
    ) -> None:
        p_ids, p_index = np.unique(np.asarray(predicted).reshape(-1), return_inverse=True)
        t_ids, t_index = np.unique(np.asarray(true).reshape(-1), return_inverse=True)
        p_ids, t_ids = p_ids.tolist(), t_ids.tolist()
        pairs = p_index.reshape(-1).astype(np.int64) * max(1, len(t_ids)) + t_index.reshape(-1)
        inter = np.bincount(pairs, minlength=len(p_ids) * len(t_ids)).reshape(len(p_ids), len(t_ids))
        p_area, t_area = inter.sum(axis=1), inter.sum(axis=0)
        void = inter[:, t_ids.index(0)] if 0 in t_ids else np.zeros(len(p_ids), dtype=np.int64)

        p_matched, t_matched = set(), set()
        for i, j in zip(*(index.tolist() for index in np.nonzero(inter))):
            p, t = p_ids[i], t_ids[j]
            if p == 0 or t == 0 or predicted_segments[p] != true_segments[t]:
                continue
            common = int(inter[i, j])
            union = int(p_area[i]) - int(void[i]) + int(t_area[j]) - common
            if 2 * common > union:
                stats = self._of(true_segments[t])
                stats[0] += 1
                stats[3] += common / union
                p_matched.add(p)
                t_matched.add(t)

        for j, t in enumerate(t_ids):
            if t != 0 and t not in t_matched:
                self._of(true_segments[t])[2] += 1
        for i, p in enumerate(p_ids):
            if p != 0 and p not in p_matched and not 2 * int(void[i]) > int(p_area[i]):
                self._of(predicted_segments[p])[1] += 1

    def compute(self) -> dict:
        categories = {}
        for category, (tp, fp, fn, iou) in sorted(self._stats.items()):
            if tp + fp + fn == 0:
                continue
            sq = iou / tp if tp else 0.0
            rq = tp / (tp + fp / 2 + fn / 2)
            categories[category] = {"pq": float(sq * rq), "sq": float(sq), "rq": float(rq)}
        if categories:
            pq = sum(c["pq"] for c in categories.values()) / len(categories)
        else:
            pq = float("nan")
        return {"categories": categories, "pq": pq}
