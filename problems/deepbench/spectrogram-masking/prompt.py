import torch


def mask_spectrograms(
    spectrograms: torch.Tensor,
    lengths: torch.Tensor,
    time_masks: torch.Tensor,
    frequency_masks: torch.Tensor,
) -> torch.Tensor:
    """Hide parts of spectrograms, to augment the training data of a recogniser.

    Values inside a mask are replaced by one number, the mean of all values in that spectrogram's own frames as they
    were given: padding does not count for the mean, and masks do not either. Padding frames (index ``lengths[b]`` and
    later) are not changed, even under a mask.

    Args:
        spectrograms: float tensor (B, F, T). It is not changed.
        lengths: int64 (B,), number of own frames, from 1 to T.
        time_masks: int64 (B, M, 2), the first frame and the number of frames of each mask. Masks may overlap, may have
            no frames, and may reach beyond T; M may be 0.
        frequency_masks: int64 (B, N, 2), alike for frequency bands.

    Returns:
        Tensor (B, F, T) of the same dtype.
    """
