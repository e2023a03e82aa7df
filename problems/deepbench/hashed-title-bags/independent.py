import zlib

import torch


def title_bags(titles: list[str], n_buckets: int) -> tuple[torch.Tensor, torch.Tensor]:
    ids: list[int] = []
    offsets: list[int] = []
    for title in titles:
        offsets.append(len(ids))
        ids.extend(zlib.crc32(word.encode("utf-8")) % n_buckets for word in title.lower().split())
    return torch.tensor(ids, dtype=torch.int64), torch.tensor(offsets, dtype=torch.int64)
