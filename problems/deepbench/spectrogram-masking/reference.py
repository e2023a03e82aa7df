import torch


def _covered(masks: torch.Tensor, size: int) -> torch.Tensor:
    place = torch.arange(size)
    begin, count = masks[..., 0, None], masks[..., 1, None]
    return ((place >= begin) & (place < begin + count)).any(dim=1)


def mask_spectrograms(
    spectrograms: torch.Tensor,
    lengths: torch.Tensor,
    time_masks: torch.Tensor,
    frequency_masks: torch.Tensor,
) -> torch.Tensor:
    _, n_bands, n_frames = spectrograms.shape
    own = (torch.arange(n_frames) < lengths[:, None])[:, None]
    mean = spectrograms.where(own, 0).sum(dim=(1, 2)) / (lengths * n_bands)
    hidden = _covered(time_masks, n_frames)[:, None] | _covered(frequency_masks, n_bands)[:, :, None]
    return torch.where(hidden & own, mean[:, None, None], spectrograms)
