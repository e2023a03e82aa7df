def parse_qrels(text: str) -> dict[str, set[str]]:
    """The relevant documents of each topic, from lines "topic 0 document grade", separated by whitespace.

    A document is relevant if its grade, a whole number, is greater than 0. Every topic that has a line is a key, also
    if no document is relevant. Blank lines are skipped; any other line that does not have four fields is a ValueError.
    """


def parse_run(text: str) -> dict[str, list[str]]:
    """The documents retrieved for each topic, best first, from lines "topic Q0 document rank score tag".

    The order is by descending score, and of equal scores by descending document name (as strings compare); the rank in
    the file is not looked at. Blank lines are skipped; any other line that does not have six fields, and a document that
    occurs twice for a topic, is a ValueError.
    """


def mean_average_precision(qrels: dict[str, set[str]], run: dict[str, list[str]], depth: int = 1000) -> float:
    """The mean of the average precision over the topics of ``qrels`` that have relevant documents.

    A topic's average precision is the sum, over the relevant documents among the first ``depth`` of its run, of
    (relevant documents up to and with this one) / (its position, counted from 1), divided by the number of all its
    relevant documents. A topic that is not in the run has 0. Topics that are only in the run are left out. The mean
    over no topics is NaN.
    """
