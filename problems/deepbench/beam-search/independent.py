import torch
from torch import nn


def beam_search(
    model: nn.Module,
    prompt: list[int],
    beam_size: int,
    max_new_tokens: int,
    eos_id: int,
    length_penalty: float = 1.0,
) -> list[tuple[list[int], float]]:
    if beam_size < 1:
        raise ValueError("beam_size must be at least 1")
    if max_new_tokens < 1:
        raise ValueError("max_new_tokens must be at least 1")
    if len(prompt) == 0:
        raise ValueError("the prompt is empty")

    model.eval()
    prompt = [int(t) for t in prompt]
    first = next(model.parameters(), None)
    device = first.device if first is not None else torch.device("cpu")

    live: list[tuple[list[int], float]] = [([], 0.0)]
    finished: list[tuple[list[int], float]] = []  # tokens, sum

    with torch.no_grad():
        for _ in range(max_new_tokens):
            if not live:
                break
            tokens = torch.tensor([prompt + generated for generated, _ in live], dtype=torch.int64, device=device)
            logits = model(tokens)[:, -1, :]
            log_probs = torch.log_softmax(logits.double(), dim=-1).cpu()
            sums = torch.tensor([s for _, s in live], dtype=torch.float64)
            totals = sums[:, None] + log_probs  # (live, V)
            n_tokens = totals.shape[1]
            flat = totals.reshape(-1)
            # A stable sort ranks equal sums by hypothesis, then by token.
            values, indices = torch.sort(flat, descending=True, stable=True)
            values = values[:beam_size].tolist()
            indices = indices[:beam_size].tolist()

            next_live = []
            for value, index in zip(values, indices):
                parent, token = divmod(index, n_tokens)
                generated = live[parent][0] + [token]
                if token == eos_id:
                    finished.append((generated, value))
                else:
                    next_live.append((generated, value))
            live = next_live

    finished.extend(live)
    scored = [(generated, float(total / float(len(generated)) ** length_penalty)) for generated, total in finished]
    scored.sort(key=lambda item: -item[1])  # stable
    return scored[:beam_size]
