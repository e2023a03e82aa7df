import torch


def _inside(emissions: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
    places = torch.arange(emissions.shape[1], device=emissions.device)
    return places.unsqueeze(0) < lengths.unsqueeze(1)  # (B, T)


def crf_log_partition(
    emissions: torch.Tensor, transitions: torch.Tensor, start: torch.Tensor, lengths: torch.Tensor
) -> torch.Tensor:
    inside = _inside(emissions, lengths)
    emissions = emissions.masked_fill(~inside.unsqueeze(2), 0.0)
    alpha = start + emissions[:, 0]
    for t in range(1, emissions.shape[1]):
        new = torch.logsumexp(alpha.unsqueeze(2) + transitions.unsqueeze(0), dim=1) + emissions[:, t]
        alpha = torch.where(inside[:, t].unsqueeze(1), new, alpha)
    return torch.logsumexp(alpha, dim=1)


def crf_loss(
    emissions: torch.Tensor,
    transitions: torch.Tensor,
    start: torch.Tensor,
    lengths: torch.Tensor,
    tags: torch.Tensor,
) -> torch.Tensor:
    inside = _inside(emissions, lengths)
    safe = torch.where(inside, tags, torch.zeros_like(tags))
    clean = emissions.masked_fill(~inside.unsqueeze(2), 0.0)
    emitted = clean.gather(2, safe.unsqueeze(2)).squeeze(2).sum(1)  # 0 outside of the texts
    moved = transitions[safe[:, :-1], safe[:, 1:]].masked_fill(~inside[:, 1:], 0.0).sum(1)
    score = start[safe[:, 0]] + emitted + moved
    log_partition = crf_log_partition(clean, transitions, start, lengths)
    return (log_partition - score).sum() / lengths.sum()
