from torch import nn


def parameter_groups(model: nn.Module, weight_decay: float) -> list[dict]:
    # By identity, so that a weight tied to an embedding is spared under all its names.
    embeddings = {id(module.weight) for module in model.modules() if isinstance(module, nn.Embedding)}
    decayed, spared = [], []
    for parameter in model.parameters():  # lists each parameter once
        if not parameter.requires_grad:
            continue
        if parameter.dim() >= 2 and id(parameter) not in embeddings:
            decayed.append(parameter)
        else:
            spared.append(parameter)
    return [
        {"params": decayed, "weight_decay": weight_decay},
        {"params": spared, "weight_decay": 0.0},
    ]
