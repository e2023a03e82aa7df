import torch
from torch import nn


def mc_dropout_predict(
    model: nn.Module,
    x: torch.Tensor,
    n_samples: int,
    seed: int,
    batch_size: int = 256,
) -> dict[str, torch.Tensor]:
    """Predict with dropout kept on, many times, to see how uncertain a regression network is.

    ``model`` maps (B, F) to (B, 2): the mean of the target and the logarithm of its noise variance. Each of the
    ``n_samples`` passes goes over all rows, at most ``batch_size`` at a time, with fresh dropout for every pass and
    every row. From the passes, row by row:

    - "mean": the average of the predicted means.
    - "epistemic": the population variance (divided by ``n_samples``) of the predicted means.
    - "aleatoric": the average of exp(predicted log-variance).
    - "std": the square root of epistemic + aleatoric.

    During the passes the dropout modules (nn.Dropout, nn.Dropout1d, nn.Dropout2d, nn.Dropout3d, nn.AlphaDropout and
    nn.FeatureAlphaDropout, at any depth of ``model``) are in training mode and *all other modules are in eval mode*, so
    that batch normalisation uses its running statistics and does not update them. Afterwards every module is in the mode
    in which it was handed over (modules may differ), and parameters and buffers are unchanged. No gradients are
    computed, and results do not require any.

    Random numbers come from torch's global generator, seeded with ``seed`` for this call: two calls with the same
    arguments give the same results. On return the global generator is in the state in which it was before the call.

    Args:
        model: the network.
        x: float32 tensor (N, F), N >= 0. It is not changed.
        n_samples: number of passes, at least 1.
        seed: any int >= 0.
        batch_size: at least 1.

    Returns:
        The four results, each a float32 tensor (N,).

    Raises:
        ValueError: if ``n_samples`` or ``batch_size`` is less than 1.
    """
