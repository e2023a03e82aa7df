import torch


def average_checkpoints(states: list[dict[str, torch.Tensor]]) -> dict[str, torch.Tensor]:
    if not states:
        raise ValueError("no checkpoint given")
    first, last = states[0], states[-1]
    for state in states[1:]:
        if set(state) != set(first):
            raise ValueError("the checkpoints do not have the same keys")

    result = {}
    for key, tensor in first.items():
        if tensor.is_floating_point():
            total = torch.zeros(tensor.shape, dtype=torch.float64, device=tensor.device)
            for state in states:
                total += state[key].detach().to(device=tensor.device, dtype=torch.float64)
            result[key] = (total / len(states)).to(tensor.dtype)
        else:
            result[key] = last[key].detach().to(dtype=tensor.dtype, device=tensor.device, copy=True)
    return result
