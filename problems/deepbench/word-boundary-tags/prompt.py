def words_to_tags(words: list[str]) -> tuple[str, str]:
    """Training data for splitting text without spaces into words.

    Each character gets one tag: "S" if it is a word of its own; in a longer word "B" for the first character, "E" for
    the last, and "M" for those in between.

    Args:
        words: non-empty strings; the list may be empty.

    Returns:
        The joined text and its tags, two strings of the same length.
    """


def tags_to_words(text: str, tags: str) -> list[str]:
    """Split a text by predicted tags, which need not make sense together.

    A new word begins at every character tagged "B" or "S", and at every character that follows one tagged "E" or "S";
    and nowhere else but at the beginning of the text.

    Raises:
        ValueError: if the lengths differ.
    """
