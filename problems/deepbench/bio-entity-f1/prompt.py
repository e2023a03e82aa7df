def entities(tags: list[str]) -> list[tuple[int, int, str]]:
    """The entities that a sentence's BIO tags mark, as (start, end, type) with ``end`` exclusive, in order.

    A tag is "O", "B-type" or "I-type"; the type is everything after the first "-". "B-…" begins an entity. "I-…"
    continues the entity that the token before belongs to if that has the same type; otherwise it begins a new entity.
    """


def entity_f1(true: list[list[str]], predicted: list[list[str]]) -> dict[str, float]:
    """Precision, recall and F1 of entities over all sentences together (micro average).

    A predicted entity is right if the same sentence has a true entity with the same start, end and type.

    Args:
        true: the true tags of each sentence; sentences may be empty.
        predicted: the predicted tags of each sentence.

    Returns:
        {"precision", "recall", "f1"} as floats, f1 = 2 * right / (true entities + predicted entities). A ratio whose
        denominator is 0 is 0.0.

    Raises:
        ValueError: if the numbers of sentences, or the lengths of two sentences, differ.
    """
