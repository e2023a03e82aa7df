import torch


def collate(
    samples: list[dict],
    pad_id: int,
    max_len: int,
    multiple_of: int = 8,
    left: bool = False,
) -> dict[str, torch.Tensor]:
    if not samples:
        raise ValueError("no samples")
    if max_len < 1 or multiple_of < 1:
        raise ValueError("max_len and multiple_of must be at least 1")
    texts = [s["ids"] if len(s["ids"]) <= max_len else [*s["ids"][: max_len - 1], s["ids"][-1]] for s in samples]
    longest = max(1, *map(len, texts))
    width = min(max_len, -(-longest // multiple_of) * multiple_of)
    input_ids = torch.full((len(texts), width), pad_id, dtype=torch.int64)
    attention_mask = torch.zeros(len(texts), width, dtype=torch.bool)
    position_ids = torch.zeros(len(texts), width, dtype=torch.int64)
    for row, ids in enumerate(texts):
        begin = width - len(ids) if left else 0
        own = slice(begin, begin + len(ids))
        input_ids[row, own] = torch.tensor(ids, dtype=torch.int64)
        attention_mask[row, own] = True
        position_ids[row, own] = torch.arange(len(ids))
    return {
        "input_ids": input_ids,
        "attention_mask": attention_mask,
        "position_ids": position_ids,
        "labels": torch.tensor([s["label"] for s in samples], dtype=torch.int64),
    }
