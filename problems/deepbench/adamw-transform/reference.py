import copy

import torch


class AdamW:
    def __init__(
        self,
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.01,
    ) -> None:
        if lr < 0 or eps < 0 or weight_decay < 0 or not all(0 <= beta < 1 for beta in betas):
            raise ValueError("lr, eps and weight_decay must not be negative, betas must lie in [0, 1)")
        self.lr, self.betas, self.eps, self.weight_decay = lr, betas, eps, weight_decay
        self.state = {"t": [], "m": [], "v": []}

    @torch.no_grad()
    def step(
        self, params: list[torch.Tensor], grads: list[torch.Tensor | None], lr: float | None = None
    ) -> list[torch.Tensor]:
        counts, means, squares = self.state["t"], self.state["m"], self.state["v"]
        if len(params) != len(grads) or counts and len(counts) != len(params):
            raise ValueError("params and grads must have the length of the first call")
        if not counts:
            counts += [0] * len(params)
            means += [torch.zeros_like(p, dtype=_working_dtype(p)) for p in params]
            squares += [torch.zeros_like(m) for m in means]
        lr = self.lr if lr is None else lr
        beta1, beta2 = self.betas
        result = []
        for k, (param, grad) in enumerate(zip(params, grads)):
            if grad is None:
                result.append(param.clone())
                continue
            p, g = param.to(means[k].dtype), grad.to(means[k].dtype)
            if p.ndim >= 2:
                p = p - lr * self.weight_decay * p
            counts[k] += 1
            means[k] = beta1 * means[k] + (1 - beta1) * g
            squares[k] = beta2 * squares[k] + (1 - beta2) * g * g
            m_hat = means[k] / (1 - beta1 ** counts[k])
            v_hat = squares[k] / (1 - beta2 ** counts[k])
            result.append((p - lr * m_hat / (v_hat.sqrt() + self.eps)).to(param.dtype))
        return result

    def state_dict(self) -> dict[str, list]:
        return copy.deepcopy(self.state)

    def load_state_dict(self, state: dict[str, list]) -> None:
        self.state = copy.deepcopy(state)


def _working_dtype(param: torch.Tensor) -> torch.dtype:
    return torch.float32 if param.dtype in (torch.float16, torch.bfloat16) else param.dtype
