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
    if max_len < 1:
        raise ValueError("max_len must be at least 1")
    if multiple_of < 1:
        raise ValueError("multiple_of must be at least 1")
    texts = []
    for sample in samples:
        ids = list(sample["ids"])
        if len(ids) > max_len:
            ids = ids[: max_len - 1] + ids[-1:]
        texts.append(ids)
    longest = max(1, max(len(ids) for ids in texts))
    width = min(max_len, -(-longest // multiple_of) * multiple_of)

    input_ids = torch.full((len(texts), width), pad_id, dtype=torch.int64)
    attention_mask = torch.zeros((len(texts), width), dtype=torch.bool)
    position_ids = torch.zeros((len(texts), width), dtype=torch.int64)
    for row, ids in enumerate(texts):
        n = len(ids)
        begin = width - n if left else 0
        input_ids[row, begin : begin + n] = torch.tensor(ids, dtype=torch.int64)
        attention_mask[row, begin : begin + n] = True
        position_ids[row, begin : begin + n] = torch.arange(n)
    return {
        "input_ids": input_ids,
        "attention_mask": attention_mask,
        "position_ids": position_ids,
        "labels": torch.tensor([sample["label"] for sample in samples], dtype=torch.int64),
    }
