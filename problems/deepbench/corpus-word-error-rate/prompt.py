def edit_distance(a: list[str], b: list[str]) -> int:
    """The least number of insertions, deletions and substitutions of words that turn ``a`` into ``b``."""


def word_error_rate(references: list[str], hypotheses: list[str]) -> float:
    """Word error rate of a speech recogniser over a corpus.

    Texts are compared in lower case and split at whitespace. The result is (sum of the edit distances between each
    reference and its hypothesis) / (number of words of all references), so long texts weigh more than short ones; NaN
    if the references have no words.

    Raises:
        ValueError: if the numbers of references and hypotheses differ.
    """
