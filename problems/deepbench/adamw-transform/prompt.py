import torch


class AdamW:
    """AdamW (Adam with decoupled weight decay) that returns new parameters instead of changing them.

    Each parameter has its own state: a step count t, and exponential averages m of its gradient and v of its squared
    gradient, which start at 0. With gradient g, a step is, in this order:

    1. decay: ``p = p - lr * weight_decay * p``, only for parameters with two or more dimensions (biases and gains of
       norms are spared); it does not enter m and v;
    2. ``t = t + 1``, ``m = beta1 * m + (1 - beta1) * g``, ``v = beta2 * v + (1 - beta2) * g * g``;
    3. ``p = p - lr * m_hat / (sqrt(v_hat) + eps)`` with ``m_hat = m / (1 - beta1**t)`` and
       ``v_hat = v / (1 - beta2**t)``.

    A parameter whose gradient is None is passed over: value, t, m and v stay as they are, and it is not decayed.

    For parameters of float16 or bfloat16 the whole step is computed in float32, gradients included, and m and v are
    kept in float32; the new parameter is rounded to its dtype once, at the end. Otherwise all is done in the dtype of
    the parameter.

    Args:
        lr: learning rate, >= 0.
        betas: beta1 and beta2, each in [0, 1).
        eps: term for numerical stability, >= 0.
        weight_decay: strength of the decay, >= 0.

    Raises:
        ValueError: if an argument is out of range.
    """

    def __init__(
        self,
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.01,
    ) -> None: ...

    def step(
        self, params: list[torch.Tensor], grads: list[torch.Tensor | None], lr: float | None = None
    ) -> list[torch.Tensor]:
        """The parameters after one step, in the order, shapes and dtypes given, without autograd history.

        States belong to places in the list; all calls get the same parameters in the same order. Neither ``params``
        nor ``grads`` are changed, and the optimiser keeps no reference to them. ``lr``, if given, takes the place of
        the learning rate for this step only.

        Raises:
            ValueError: if ``params`` and ``grads`` differ in length from each other, or from the first call's. Nothing
                has changed then.
        """

    def state_dict(self) -> dict[str, list]:
        """A copy of the state, with one entry per parameter: ``{"t": [int], "m": [tensor], "v": [tensor]}``.

        Later steps do not change what was returned. The lists are empty before the first step.
        """

    def load_state_dict(self, state: dict[str, list]) -> None:
        """Continue from a state that ``state_dict`` returned; later steps do not change ``state``."""
