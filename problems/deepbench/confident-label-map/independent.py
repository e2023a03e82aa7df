import torch


def label_map(logits: torch.Tensor, min_probability: float) -> torch.Tensor:
    if logits.dtype in (torch.float16, torch.bfloat16):
        logits = logits.float()
    greatest = torch.softmax(logits, dim=1).amax(dim=1)
    labels = logits.argmax(dim=1).to(torch.uint8)
    return labels.masked_fill(~(greatest >= min_probability), 255)
