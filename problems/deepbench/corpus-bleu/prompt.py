import math
from collections import Counter


def corpus_bleu(hypotheses: list[str], references: list[list[str]], max_n: int = 4) -> float:
    """BLEU of a translated corpus, between 0 and 100. Texts are split at whitespace into tokens.

    1. For n = 1 … max_n, the precision is (matches of all texts) / (n-grams of all hypotheses). In one text, an n-gram
       of the hypothesis matches as often as it occurs in it, but at most as often as it occurs in that one of the text's
       references where it occurs most often.
    2. A precision without matches is replaced: the first one (counting from n = 1) by 1 / (2 * n-grams of all
       hypotheses), the next one by 1 / (4 * …), the next one by 1 / (8 * …), and so on. Orders n for which no hypothesis
       has an n-gram are left out.
    3. With c the number of tokens of all hypotheses, and r the sum over the texts of the length of the reference that is
       closest in length to the hypothesis (of two equally close ones, the shorter), the brevity penalty is
       exp(1 - r / c) if c < r, otherwise 1.
    4. BLEU is 100 * brevity penalty * geometric mean of the precisions of step 2. It is 0 if the hypotheses have no
       tokens.

    Args:
        hypotheses: one text each.
        references: for each hypothesis its references, at least one. Nothing is changed.
        max_n: longest n-grams, at least 1.

    Raises:
        ValueError: if the numbers of hypotheses and of lists of references differ.
    """
