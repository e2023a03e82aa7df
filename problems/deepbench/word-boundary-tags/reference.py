def words_to_tags(words: list[str]) -> tuple[str, str]:
    tags = ["S" if len(word) == 1 else "B" + "M" * (len(word) - 2) + "E" for word in words]
    return "".join(words), "".join(tags)


def tags_to_words(text: str, tags: str) -> list[str]:
    if len(text) != len(tags):
        raise ValueError("text and tags differ in length")
    words: list[str] = []
    before = "E"
    for character, tag in zip(text, tags):
        if tag in "BS" or before in "ES":
            words.append("")
        words[-1] += character
        before = tag
    return words
