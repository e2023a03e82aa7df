import torch


def _own(lengths: torch.Tensor, n_tokens: int) -> torch.Tensor:
    return torch.arange(n_tokens) < lengths[:, None]


def crf_log_partition(
    emissions: torch.Tensor, transitions: torch.Tensor, start: torch.Tensor, lengths: torch.Tensor
) -> torch.Tensor:
    own = _own(lengths, emissions.shape[1])[..., None]
    alpha = start + emissions[:, 0]
    for t in range(1, emissions.shape[1]):
        following = torch.logsumexp(alpha[:, :, None] + transitions, dim=1) + emissions[:, t]
        alpha = torch.where(own[:, t], following, alpha)
    return alpha.logsumexp(dim=1)


def crf_loss(
    emissions: torch.Tensor,
    transitions: torch.Tensor,
    start: torch.Tensor,
    lengths: torch.Tensor,
    tags: torch.Tensor,
) -> torch.Tensor:
    own = _own(lengths, emissions.shape[1])
    safe = tags.clamp_min(0)
    at_tags = emissions.gather(2, safe[..., None]).squeeze(2).masked_fill(~own, 0.0)
    moves = transitions[safe[:, :-1], safe[:, 1:]].masked_fill(~own[:, 1:], 0.0)
    score = start[safe[:, 0]].sum() + at_tags.sum() + moves.sum()
    return (crf_log_partition(emissions, transitions, start, lengths).sum() - score) / lengths.sum()
