import torch


def centre_loss(features: torch.Tensor, labels: torch.Tensor, centres: torch.Tensor) -> torch.Tensor:
    """Half the squared distance of each sample's features from the centre of its class, averaged over the samples.

    Args:
        features: float tensor (N, D), N >= 1.
        labels: int64 tensor (N,), in [0, K).
        centres: float tensor (K, D).

    Returns:
        A scalar tensor, differentiable with respect to ``features``. No gradient flows to the centres.
    """


def updated_centres(
    centres: torch.Tensor, features: torch.Tensor, labels: torch.Tensor, rate: float = 0.5
) -> torch.Tensor:
    """The centres after a batch: each moves towards the features of its class.

    ``centre + rate * (sum over the n samples of the class of (features - centre)) / (1 + n)``; a class without samples
    stays where it is.

    Args:
        centres, features, labels: as for :func:`centre_loss`, but N may be 0. Not changed.
        rate: in [0, 1].

    Returns:
        New centres (K, D), without autograd history.
    """
