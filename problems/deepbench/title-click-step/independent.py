import copy

import torch
import torch.nn.functional as F
from torch import nn


def click_step(
    encoder: nn.Module,
    history: torch.Tensor,
    n_read: torch.Tensor,
    shown: torch.Tensor,
    n_shown: torch.Tensor,
    clicked: torch.Tensor,
    lr: float,
) -> tuple[nn.Module, float, float]:
    encoder = copy.deepcopy(encoder)
    params = [p for p in encoder.parameters() if p.requires_grad]
    n_users = len(history)
    is_read = torch.arange(history.shape[1], device=history.device) < n_read[:, None]  # (B, R)
    is_shown = torch.arange(shown.shape[1], device=shown.device) < n_shown[:, None]  # (B, S)

    with torch.enable_grad():
        # Only real titles are encoded: what is behind them cannot bring NaN, not even into gradients.
        vectors = encoder(torch.cat([history[is_read], shown[is_shown]]))
        read_vectors, shown_vectors = vectors.split([int(is_read.sum()), int(is_shown.sum())])
        reader = is_read.nonzero()[:, 0]
        viewer = is_shown.nonzero()[:, 0]
        sums = vectors.new_zeros(n_users, vectors.shape[1]).index_add(0, reader, read_vectors)
        users = sums / n_read.clamp(min=1)[:, None].to(sums.dtype)
        blank = vectors.new_full(is_shown.shape, float("-inf"))
        scores = blank.masked_scatter(is_shown, (shown_vectors * users[viewer]).sum(dim=1))
        loss = F.cross_entropy(scores, clicked)

    with torch.no_grad():
        clicked_score = scores.gather(1, clicked[:, None])
        others = scores.scatter(1, clicked[:, None], float("-inf")).amax(dim=1, keepdim=True)
        accuracy = (clicked_score > others).double().mean().item()

    if params and loss.requires_grad:
        grads = torch.autograd.grad(loss, params, allow_unused=True)
        with torch.no_grad():
            for p, g in zip(params, grads):
                if g is not None:
                    p.sub_(lr * g)
    return encoder, loss.item(), accuracy
