import torch


def pack(documents: list[list[int]], length: int, pad_id: int = 0) -> dict[str, torch.Tensor]:
    blocks: list[list[list[int]]] = []
    room: list[int] = []
    for document in documents:
        for start in range(0, len(document), length):
            piece = list(document[start : start + length])
            for n, free in enumerate(room):
                if free >= len(piece):
                    break
            else:
                n = len(blocks)
                blocks.append([])
                room.append(length)
            blocks[n].append(piece)
            room[n] -= len(piece)

    shape = (len(blocks), length)
    ids = torch.full(shape, pad_id, dtype=torch.int64)
    segments = torch.zeros(shape, dtype=torch.int64)
    positions = torch.zeros(shape, dtype=torch.int64)
    labels = torch.full(shape, -100, dtype=torch.int64)
    for n, pieces in enumerate(blocks):
        start = 0
        for segment, piece in enumerate(pieces, start=1):
            end = start + len(piece)
            tokens = torch.tensor(piece, dtype=torch.int64)
            ids[n, start:end] = tokens
            segments[n, start:end] = segment
            positions[n, start:end] = torch.arange(len(piece))
            labels[n, start : end - 1] = tokens[1:]
            start = end
    return {"ids": ids, "segments": segments, "positions": positions, "labels": labels}


def block_mask(segments: torch.Tensor) -> torch.Tensor:
    length = segments.shape[1]
    same = segments[:, :, None] == segments[:, None, :]
    token = (segments != 0)[:, :, None]
    square = torch.ones(length, length, dtype=torch.bool, device=segments.device)
    mask = (same & token & square.tril()) | torch.eye(length, dtype=torch.bool, device=segments.device)
    return mask[:, None]
