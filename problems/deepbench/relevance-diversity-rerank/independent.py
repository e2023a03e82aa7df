import torch


def rerank(scores: torch.Tensor, embeddings: torch.Tensor, k: int, trade_off: float) -> list[int]:
    with torch.no_grad():
        relevance = scores.detach().double()
        n = relevance.shape[0]
        if k == 0 or n == 0:
            return []
        unit = embeddings.detach().double()
        unit = unit / unit.abs().amax(dim=1, keepdim=True)  # lengths of any magnitude
        unit = unit / unit.square().sum(dim=1, keepdim=True).sqrt()

        taken = torch.zeros(n, dtype=torch.bool, device=relevance.device)
        similarity = torch.zeros_like(relevance)
        chosen: list[int] = []
        for _ in range(k):
            value = trade_off * relevance - (1 - trade_off) * similarity
            value = value.masked_fill(taken, float("-inf"))
            best = int(value.argmax())  # the first of equal ones
            to_best = (unit * unit[best]).sum(dim=1)
            similarity = torch.maximum(similarity, to_best) if chosen else to_best
            chosen.append(best)
            taken[best] = True
        return chosen
