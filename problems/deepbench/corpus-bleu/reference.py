import math
from collections import Counter


def _ngrams(tokens: list[str], n: int) -> Counter:
    return Counter(tuple(tokens[i : i + n]) for i in range(len(tokens) - n + 1))


def corpus_bleu(hypotheses: list[str], references: list[list[str]], max_n: int = 4) -> float:
    if len(hypotheses) != len(references):
        raise ValueError("there is not one list of references for each hypothesis")
    matches, totals = [0] * max_n, [0] * max_n
    c = r = 0
    for hypothesis, texts in zip(hypotheses, references):
        tokens, others = hypothesis.split(), [text.split() for text in texts]
        c += len(tokens)
        r += min((len(other) for other in others), key=lambda length: (abs(length - len(tokens)), length))
        for i in range(max_n):
            own, most = _ngrams(tokens, i + 1), Counter()
            for other in others:
                most |= _ngrams(other, i + 1)
            matches[i] += (own & most).total()
            totals[i] += own.total()
    if c == 0:
        return 0.0
    logs, smooth = [], 1
    for match, total in zip(matches, totals):
        if total > 0:
            if match == 0:
                smooth *= 2
            logs.append(math.log((match or 1 / smooth) / total))
    return 100 * math.exp(min(0.0, 1 - r / c) + sum(logs) / len(logs))
