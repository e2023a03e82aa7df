def learn_merges(
    word_counts: dict[str, int],
    num_merges: int,
    min_count: int = 2,
) -> list[tuple[str, str]]:
    """Learn byte-pair-encoding merges from word frequencies.

    Every word starts as the list of its characters, the last of which has the suffix "</w>" attached, as in
    "low" -> ["l", "o", "w</w>"]. Then, up to ``num_merges`` times:

    - The count of a pair of symbols is the number of places where the two stand next to each other, over all words,
      each place weighted by the word's count. Places may overlap: "aaaa" has ("a", "a") twice and ("a", "a</w>")
      once.
    - The pair with the highest count is merged; of equally frequent pairs, the smallest by comparison of the tuples
      of strings. If its count is below ``min_count``, or no pair is left, learning ends.
    - In every word, occurrences of the pair are joined into one symbol from left to right, without overlap:
      ["a", "a", "a"] becomes ["aa", "a"].

    Args:
        word_counts: words (str; an empty word is ignored) and their counts (>= 1). It is not changed.
        num_merges: the most merges to learn, >= 0.
        min_count: the least count a pair needs, >= 1.

    Returns:
        The merged pairs, in the order in which they were learned.
    """


def encode_word(word: str, merges: list[tuple[str, str]]) -> list[str]:
    """Encode one word with learned merges.

    The word starts as in :func:`learn_merges`. As long as any two neighbouring symbols are a pair in ``merges``, the
    pair that was learned earliest among those present is joined everywhere in the word, from left to right and without
    overlap. That may bring back a pair learned earlier than the one just joined.

    Args:
        word: any string; characters not seen in learning stay single symbols.
        merges: the result of :func:`learn_merges`, or any list of distinct pairs in order of priority. It is not
            changed.

    Returns:
        The symbols, the last one with the suffix "</w>"; an empty list for the empty word.
    """
