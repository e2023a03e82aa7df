import torch


def arc_margin_logits(
    embeddings: torch.Tensor, weight: torch.Tensor, labels: torch.Tensor, scale: float = 64.0, margin: float = 0.5
) -> torch.Tensor:
    """Logits of an additive angular margin (ArcFace) for embeddings of face images.

    The cosine of a sample and a class is the dot product of its embedding and the class's row of ``weight``, each
    divided by its Euclidean length. All logits are ``scale`` times the cosine, except that of the
    sample's own class, which is ``scale`` times

    - ``cos(θ + margin)`` where the cosine is greater than ``-cos(margin)``, with θ the angle of the cosine: this is
      ``cosine * cos(margin) - sine * sin(margin)``, and the sine is sqrt(max(1 - cosine², 1e-9));
    - ``cosine - margin * sin(margin)`` otherwise, where θ + margin would pass π.

    The gradients with respect to ``embeddings`` and ``weight`` are finite, also where an embedding points exactly
    along, or exactly against, a row of ``weight``.

    Args:
        embeddings: float tensor (N, D), no row of which is zero.
        weight: float tensor (C, D), no row of which is zero.
        labels: int64 tensor (N,), the class of each sample.

    Returns:
        Tensor (N, C). The arguments are not changed.
    """
