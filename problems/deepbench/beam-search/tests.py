import itertools
import math

import pytest
import torch
from solution import beam_search
from torch import nn


def bigram(rows):
    """A model whose next-token log-probabilities after token i are rows[i] (up to a constant)."""
    return nn.Embedding.from_pretrained(torch.tensor(rows, dtype=torch.float64))


def random_bigram(seed, size):
    generator = torch.Generator().manual_seed(seed)
    return bigram((torch.randn(size, size, generator=generator, dtype=torch.float64) * 1.5).tolist())


def log_softmax(row):
    top = max(row)
    total = top + math.log(sum(math.exp(v - top) for v in row))
    return [v - total for v in row]


def table_of(model):
    return [log_softmax(row) for row in model.weight.tolist()]


def sum_of(table, prompt, tokens):
    path = [prompt[-1], *tokens]
    return sum(table[a][b] for a, b in itertools.pairwise(path))


def check(got, want):
    assert [list(tokens) for tokens, _ in got] == [tokens for tokens, _ in want]
    assert {type(token) for tokens, _ in got for token in tokens} == {int}
    assert {type(score) for _, score in got} == {float}
    assert [score for _, score in got] == pytest.approx([score for _, score in want], rel=1e-5)


@pytest.mark.parametrize("steps, length_penalty", [(1, 0.7), (2, 2.5), (4, 0.0), (4, 0.7), (4, 1.0)])
def test_a_beam_without_limit_finds_everything(steps, length_penalty):
    size, eos = 3, 1
    model = random_bigram(steps, size)
    table = table_of(model)
    everything = []
    for length in range(1, steps + 1):
        for tokens in itertools.product(range(size), repeat=length):
            if eos in tokens[:-1] or (length < steps and tokens[-1] != eos):
                continue
            everything.append((list(tokens), sum_of(table, [2], tokens) / length**length_penalty))
    got = beam_search(model, [0, 2], 100, steps, eos, length_penalty)
    scores = [score for _, score in got]
    assert scores == sorted(scores, reverse=True)
    # Paths with the same steps in another order have the same sum, so their order is left open.
    check(sorted(got), sorted(everything))


def narrow_beam(table, prompt, beam_size, steps, eos, length_penalty):
    """The rule over tuples of tokens, with every sum computed anew. The seeds below bring no ties."""
    live, finished = [()], []
    for _ in range(steps):
        options = [(*tokens, token) for tokens in live for token in range(len(table))]
        options.sort(key=lambda tokens: -sum_of(table, prompt, tokens))
        taken = options[:beam_size]
        finished += [tokens for tokens in taken if tokens[-1] == eos]
        live = [tokens for tokens in taken if tokens[-1] != eos]
    scored = [(list(t), sum_of(table, prompt, t) / len(t) ** length_penalty) for t in finished + live]
    return sorted(scored, key=lambda pair: -pair[1])[:beam_size]


@pytest.mark.parametrize("beam_size", [1, 2, 3, 5])
def test_narrow_beams(beam_size):
    cases = [(8, 4, 6, 0), (4, 6, 5, 3), (3, 5, 1, 4), (2, 3, 8, 2), (1, 5, 4, 1)]
    for number, (seed, size, steps, eos) in enumerate(cases):
        length_penalty = [0.0, 1.0, 1.8][(beam_size + number) % 3]
        model = random_bigram(seed, size)
        want = narrow_beam(table_of(model), [1], beam_size, steps, eos, length_penalty)
        check(beam_search(model, [1], beam_size, steps, eos, length_penalty), want)


def logs(*probabilities):
    return [math.log(p) for p in probabilities]


def test_by_hand():
    # Tokens 0 (end), 1, 2. From the prompt's 2: 1 with 0.6, end with 0.35; from 1: end with 0.5, 2 with 0.4.
    model = bigram([logs(0.4, 0.3, 0.3), logs(0.5, 0.1, 0.4), logs(0.35, 0.6, 0.05)])
    got = beam_search(model, [2], 2, 2, 0)
    # Step 1 takes 1 and the end; step 2 takes (1, end) and (1, 2), the latter cut off by the limit.
    check(got, [([1, 0], math.log(0.3) / 2), ([1, 2], math.log(0.24) / 2)])
    got = beam_search(model, [2], 2, 2, 0, 0.0)
    check(got, [([0], math.log(0.35)), ([1, 0], math.log(0.3))])


def test_a_finished_hypothesis_takes_a_place():
    # The end is the likeliest first token: with a beam of one, decoding is over.
    model = bigram([logs(0.2, 0.8), logs(0.6, 0.4)])
    check(beam_search(model, [1], 1, 5, 0), [([0], math.log(0.6))])


def test_ties_by_rank_then_token():
    model = bigram([[0.0] * 4] * 4)
    each = math.log(0.25)
    # Step 1 takes 0, 1 and 2; 1 is the end. Step 2 takes (0, 0), (0, 1) and (0, 2), and only the limit ends the live.
    check(beam_search(model, [3], 3, 2, 1), [([1], each), ([0, 1], each), ([0, 0], each)])
    check(beam_search(model, [3], 4, 1, 2), [([2], each), ([0], each), ([1], each), ([3], each)])
    check(beam_search(model, [3], 2, 1, 2), [([0], each), ([1], each)])
    flat = bigram([[0.0] * 64] * 64)
    check(beam_search(flat, [0], 5, 1, 9), [([token], -math.log(64)) for token in range(5)])
    assert [tokens for tokens, _ in beam_search(flat, [0], 3, 2, 99)] == [[0, 0], [0, 1], [0, 2]]


def test_history_counts_and_dropout_is_off():
    torch.manual_seed(0)
    # A softmax over time makes every position depend on the whole sequence.
    model = nn.Sequential(nn.Embedding(4, 8), nn.Softmax(dim=1), nn.Dropout(0.5), nn.Linear(8, 4))
    with torch.no_grad():
        model[3].weight *= 5
    model.train()
    prompt, eos, steps = [3, 1, 1], 2, 2
    got = beam_search(model, prompt, 60, steps, eos)
    again = beam_search(model, prompt, 60, steps, eos)
    assert [tokens for tokens, _ in got] == [tokens for tokens, _ in again]
    model.eval()
    everything = []
    with torch.no_grad():
        for length in range(1, steps + 1):
            for tokens in itertools.product(range(4), repeat=length):
                if eos in tokens[:-1] or (length < steps and tokens[-1] != eos):
                    continue
                total = 0.0
                for i in range(length):
                    logits = model(torch.tensor([prompt + list(tokens[:i])]))[0, -1]
                    total += log_softmax(logits.tolist())[tokens[i]]
                everything.append((list(tokens), total / length))
    want = {tuple(tokens): score for tokens, score in everything}
    assert {tuple(tokens) for tokens, _ in got} == set(want)
    for tokens, score in got:
        assert score == pytest.approx(want[tuple(tokens)], rel=1e-4)
    assert [score for _, score in got] == sorted((score for _, score in got), reverse=True)


def test_large_logits():
    model = bigram([[2000.0, 0.0, -2000.0]] * 3)
    got = beam_search(model, [1], 1, 3, 2)
    assert got[0][0] == [0, 0, 0]
    assert got[0][1] == pytest.approx(0.0, abs=1e-9)
    check(beam_search(model, [1], 2, 1, 2)[1:], [([1], -2000.0)])


@pytest.mark.parametrize(("prompt", "beam_size", "steps"), [([], 1, 1), ([0], 0, 1), ([0], 1, 0)])
def test_errors(prompt, beam_size, steps):
    with pytest.raises(ValueError):
        beam_search(random_bigram(0, 3), prompt, beam_size, steps, 1)
