def parse_qrels(text: str) -> dict[str, set[str]]:
    qrels: dict[str, set[str]] = {}
    for fields in _rows(text, 4):
        topic, _, document, grade = fields
        relevant = qrels.setdefault(topic, set())
        if int(grade) > 0:
            relevant.add(document)
    return qrels


def parse_run(text: str) -> dict[str, list[str]]:
    scores: dict[str, dict[str, float]] = {}
    for topic, _, document, _, score, _ in _rows(text, 6):
        found = scores.setdefault(topic, {})
        if document in found:
            raise ValueError(f"{document} occurs twice for topic {topic}")
        found[document] = float(score)
    return {
        topic: sorted(found, key=lambda document: (found[document], document), reverse=True)
        for topic, found in scores.items()
    }


def mean_average_precision(qrels: dict[str, set[str]], run: dict[str, list[str]], depth: int = 1000) -> float:
    values = []
    for topic, relevant in qrels.items():
        if relevant:
            places = [p for p, name in enumerate(run.get(topic, [])[:depth], start=1) if name in relevant]
            values.append(sum(n / place for n, place in enumerate(places, start=1)) / len(relevant))
    return sum(values) / len(values) if values else float("nan")


def _rows(text: str, width: int) -> list[list[str]]:
    rows = [line.split() for line in text.splitlines() if line.strip()]
    if any(len(row) != width for row in rows):
        raise ValueError(f"a line does not have {width} fields")
    return rows
