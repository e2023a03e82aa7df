import math
from collections import Counter


def _ngrams(tokens: list[str], n: int) -> Counter:
    return Counter(tuple(tokens[i : i + n]) for i in range(len(tokens) - n + 1))


def corpus_bleu(hypotheses: list[str], references: list[list[str]], max_n: int = 4) -> float:
    if len(hypotheses) != len(references):
        raise ValueError("the numbers of hypotheses and of lists of references differ")
    hyps = [h.split() for h in hypotheses]
    refs = [[r.split() for r in rs] for rs in references]

    c = sum(len(h) for h in hyps)
    if c == 0:
        return 0.0
    r = 0
    for h, rs in zip(hyps, refs):
        r += min((len(ref) for ref in rs), key=lambda length: (abs(length - len(h)), length))

    logs = []
    without = 0
    for n in range(1, max_n + 1):
        total = matches = 0
        for h, rs in zip(hyps, refs):
            counts = _ngrams(h, n)
            if not counts:
                continue
            total += sum(counts.values())
            most = Counter()
            for ref in rs:
                most |= _ngrams(ref, n)
            matches += sum(min(count, most[gram]) for gram, count in counts.items())
        if total == 0:
            continue
        if matches == 0:
            without += 1
            logs.append(-math.log(2**without * total))
        else:
            logs.append(math.log(matches / total))

    penalty = math.exp(1 - r / c) if c < r else 1.0
    return 100.0 * penalty * math.exp(math.fsum(logs) / len(logs))
