import torch


def average_checkpoints(states: list[dict[str, torch.Tensor]]) -> dict[str, torch.Tensor]:
    if not states:
        raise ValueError("there is no checkpoint")
    if any(state.keys() != states[0].keys() for state in states):
        raise ValueError("the checkpoints have different keys")
    average = {}
    for name, value in states[0].items():
        if value.is_floating_point():
            average[name] = torch.stack([state[name].double() for state in states]).mean(dim=0).to(value.dtype)
        else:
            average[name] = states[-1][name].clone()
    return average
