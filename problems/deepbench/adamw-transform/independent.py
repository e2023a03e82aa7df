import torch


class AdamW:
    def __init__(
        self,
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.01,
    ) -> None:
        beta1, beta2 = betas
        if not lr >= 0:
            raise ValueError(f"lr must be >= 0, got {lr}")
        if not 0 <= beta1 < 1 or not 0 <= beta2 < 1:
            raise ValueError(f"betas must be in [0, 1), got {betas}")
        if not eps >= 0:
            raise ValueError(f"eps must be >= 0, got {eps}")
        if not weight_decay >= 0:
            raise ValueError(f"weight_decay must be >= 0, got {weight_decay}")
        self.lr = lr
        self.betas = (beta1, beta2)
        self.eps = eps
        self.weight_decay = weight_decay
        self._count: int | None = None  # number of parameters, once known
        self._t: list[int] = []
        self._m: list[torch.Tensor] = []
        self._v: list[torch.Tensor] = []

    @torch.no_grad()
    def step(
        self, params: list[torch.Tensor], grads: list[torch.Tensor | None], lr: float | None = None
    ) -> list[torch.Tensor]:
        if len(params) != len(grads):
            raise ValueError(f"{len(params)} parameters, but {len(grads)} gradients")
        if self._count is not None and len(params) != self._count:
            raise ValueError(f"{len(params)} parameters, but {self._count} at the first call")

        if self._count is None:
            self._count = len(params)
            for param in params:
                like = param.detach()
                dtype = self._compute_dtype(like)
                self._t.append(0)
                self._m.append(torch.zeros_like(like, dtype=dtype))
                self._v.append(torch.zeros_like(like, dtype=dtype))

        if lr is None:
            lr = self.lr
        beta1, beta2 = self.betas

        result = []
        for i, (param, grad) in enumerate(zip(params, grads)):
            param = param.detach()
            if grad is None:
                result.append(param.clone())
                continue
            dtype = self._compute_dtype(param)
            p = param.to(dtype)
            g = grad.detach().to(dtype)
            if param.dim() >= 2:
                p = p - lr * self.weight_decay * p
            t = self._t[i] + 1
            m = beta1 * self._m[i] + (1 - beta1) * g
            v = beta2 * self._v[i] + (1 - beta2) * g * g
            m_hat = m / (1 - beta1**t)
            v_hat = v / (1 - beta2**t)
            p = p - lr * m_hat / (v_hat.sqrt() + self.eps)
            self._t[i], self._m[i], self._v[i] = t, m, v
            result.append(p.to(param.dtype))
        return result

    def state_dict(self) -> dict[str, list]:
        return {
            "t": list(self._t),
            "m": [m.clone() for m in self._m],
            "v": [v.clone() for v in self._v],
        }

    def load_state_dict(self, state: dict[str, list]) -> None:
        self._t = [int(t) for t in state["t"]]
        self._m = [m.detach().clone() for m in state["m"]]
        self._v = [v.detach().clone() for v in state["v"]]
        self._count = len(self._t) if self._t else None

    @staticmethod
    def _compute_dtype(param: torch.Tensor) -> torch.dtype:
        return torch.float32 if param.dtype in (torch.float16, torch.bfloat16) else param.dtype
