import torch
from torch import nn


@torch.no_grad()
def beam_search(
    model: nn.Module,
    prompt: list[int],
    beam_size: int,
    max_new_tokens: int,
    eos_id: int,
    length_penalty: float = 1.0,
) -> list[tuple[list[int], float]]:
    if beam_size < 1 or max_new_tokens < 1 or not prompt:
        raise ValueError("beam_size and max_new_tokens must be at least 1, and the prompt not empty")
    model.eval()
    live: list[tuple[list[int], float]] = [([], 0.0)]
    finished: list[tuple[list[int], float]] = []
    for _ in range(max_new_tokens):
        ids = torch.tensor([[*prompt, *tokens] for tokens, _ in live])
        log_p = torch.log_softmax(model(ids)[:, -1].double(), dim=-1)
        sums = torch.tensor([total for _, total in live], dtype=torch.float64)[:, None] + log_p
        values, order = torch.sort(sums.flatten(), descending=True, stable=True)
        extended = []
        for value, at in zip(values[:beam_size].tolist(), order[:beam_size].tolist()):
            parent, token = divmod(at, log_p.shape[1])
            extended.append(([*live[parent][0], token], value))
        finished += [hypothesis for hypothesis in extended if hypothesis[0][-1] == eos_id]
        live = [hypothesis for hypothesis in extended if hypothesis[0][-1] != eos_id]
        if not live:
            break
    scored = [(tokens, total / len(tokens) ** length_penalty) for tokens, total in finished + live]
    return sorted(scored, key=lambda hypothesis: -hypothesis[1])[:beam_size]
