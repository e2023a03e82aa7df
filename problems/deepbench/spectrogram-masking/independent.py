import torch


def _covered(masks: torch.Tensor, size: int) -> torch.Tensor:
    position = torch.arange(size, device=masks.device)
    start = masks[:, :, :1]
    end = start + masks[:, :, 1:]
    return ((position >= start) & (position < end)).any(dim=1)


def mask_spectrograms(
    spectrograms: torch.Tensor,
    lengths: torch.Tensor,
    time_masks: torch.Tensor,
    frequency_masks: torch.Tensor,
) -> torch.Tensor:
    _, n_bands, n_frames = spectrograms.shape
    own = (torch.arange(n_frames, device=lengths.device) < lengths[:, None])[:, None, :]  # (B, 1, T)
    total = spectrograms.double().masked_fill(~own, 0.0).sum(dim=(1, 2))
    mean = (total / (lengths * n_bands)).to(spectrograms.dtype)
    hidden = _covered(time_masks, n_frames)[:, None, :] | _covered(frequency_masks, n_bands)[:, :, None]
    return torch.where(hidden & own, mean[:, None, None], spectrograms)
