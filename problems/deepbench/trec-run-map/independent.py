def parse_qrels(text: str) -> dict[str, set[str]]:
    qrels: dict[str, set[str]] = {}
    for line in text.splitlines():
        fields = line.split()
        if not fields:
            continue
        if len(fields) != 4:
            raise ValueError(f"not four fields: {line!r}")
        topic, _, document, grade = fields
        relevant = qrels.setdefault(topic, set())
        if int(grade) > 0:
            relevant.add(document)
    return qrels


def parse_run(text: str) -> dict[str, list[str]]:
    scores: dict[str, dict[str, float]] = {}
    for line in text.splitlines():
        fields = line.split()
        if not fields:
            continue
        if len(fields) != 6:
            raise ValueError(f"not six fields: {line!r}")
        topic, _, document, _, score, _ = fields
        documents = scores.setdefault(topic, {})
        if document in documents:
            raise ValueError(f"document {document!r} occurs twice for topic {topic!r}")
        documents[document] = float(score)
    return {
        topic: sorted(documents, key=lambda d: (documents[d], d), reverse=True) for topic, documents in scores.items()
    }


def mean_average_precision(qrels: dict[str, set[str]], run: dict[str, list[str]], depth: int = 1000) -> float:
    precisions = []
    for topic, relevant in qrels.items():
        if not relevant:
            continue
        found = 0
        total = 0.0
        for position, document in enumerate(run.get(topic, [])[:depth], start=1):
            if document in relevant:
                found += 1
                total += found / position
        precisions.append(total / len(relevant))
    return sum(precisions) / len(precisions) if precisions else float("nan")
