import torch


def pack(documents: list[list[int]], length: int, pad_id: int = 0) -> dict[str, torch.Tensor]:
    blocks: list[list[list[int]]] = []
    rooms: list[int] = []
    for document in documents:
        for begin in range(0, len(document), length):
            piece = document[begin : begin + length]
            block = next((i for i, room in enumerate(rooms) if room >= len(piece)), len(blocks))
            if block == len(blocks):
                blocks.append([])
                rooms.append(length)
            blocks[block].append(piece)
            rooms[block] -= len(piece)
    packed = {
        key: torch.full((len(blocks), length), fill)
        for key, fill in (("ids", pad_id), ("segments", 0), ("positions", 0), ("labels", -100))
    }
    for row, block in enumerate(blocks):
        end = 0
        for segment, piece in enumerate(block, start=1):
            own = slice(end, end + len(piece))
            end = own.stop
            packed["ids"][row, own] = torch.tensor(piece)
            packed["segments"][row, own] = segment
            packed["positions"][row, own] = torch.arange(len(piece))
            packed["labels"][row, own] = torch.tensor([*piece[1:], -100])
    return packed


def block_mask(segments: torch.Tensor) -> torch.Tensor:
    length = segments.shape[1]
    same = (segments[:, :, None] == segments[:, None, :]) & (segments[:, :, None] > 0)
    mask = same.tril() | torch.eye(length, dtype=torch.bool)
    return mask[:, None]
