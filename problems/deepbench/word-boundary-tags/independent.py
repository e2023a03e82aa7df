def words_to_tags(words: list[str]) -> tuple[str, str]:
    tags = ["S" if len(word) == 1 else "B" + "M" * (len(word) - 2) + "E" for word in words]
    return "".join(words), "".join(tags)


def tags_to_words(text: str, tags: str) -> list[str]:
    if len(text) != len(tags):
        raise ValueError("text and tags have different lengths")
    words: list[str] = []
    begin = 0
    for i in range(1, len(text)):
        if tags[i] in "BS" or tags[i - 1] in "ES":
            words.append(text[begin:i])
            begin = i
    if text:
        words.append(text[begin:])
    return words
