import torch


def rerank(scores: torch.Tensor, embeddings: torch.Tensor, k: int, trade_off: float) -> list[int]:
    """Choose ``k`` pictures that are relevant and not all alike (maximal marginal relevance).

    They are chosen one by one. Each time it is the picture, of those not chosen yet, with the greatest value of

        trade_off * score - (1 - trade_off) * (its greatest cosine similarity with a chosen picture),

    where the similarity is 0 as long as none is chosen. Of equal values the lowest index is chosen.

    Args:
        scores: float tensor (N,): relevance.
        embeddings: float tensor (N, D) of the pictures, none of them zero, of any length.
        k: from 0 to N.
        trade_off: in [0, 1].

    Returns:
        Indices in the order of choice. The arguments are not changed.
    """
