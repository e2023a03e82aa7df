import zlib

import torch


def title_bags(titles: list[str], n_buckets: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Turn item titles into the input of ``torch.nn.EmbeddingBag``, without a vocabulary.

    The words of a title are what white space separates, in lower case. A word's id is the CRC-32 checksum of its UTF-8
    bytes modulo ``n_buckets`` (Python's ``hash`` differs from process to process).

    Args:
        titles: n strings, n >= 0; a title may have no words.
        n_buckets: >= 1.

    Returns:
        - ids: int64 (number of words in all titles), title by title, in the order of the words.
        - offsets: int64 (n,), where each title's words begin in ``ids``.
    """
