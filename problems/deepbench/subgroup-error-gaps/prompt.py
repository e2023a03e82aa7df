import pandas as pd


def subgroup_rates(frame: pd.DataFrame, group: str, min_rows: int = 1) -> pd.DataFrame:
    """Error rates of a binary classifier in each subgroup of a test set.

    The result is indexed by subgroup, in ascending order, and has the columns:

    - "rows": number of rows, int.
    - "positive_rate": share of rows that are predicted positive.
    - "fpr": share of the rows with label 0 that are predicted positive; NaN if there are none.
    - "fnr": share of the rows with label 1 that are predicted negative; NaN if there are none.

    Args:
        frame: columns "label" and "predicted", both int 0 or 1, and the one named by ``group``; any index. Rows whose
            group is missing (None or NaN) belong to no subgroup. Not changed.
        group: name of the grouping column.
        min_rows: subgroups with fewer rows are left out, at least 1.
    """


def largest_gap(rates: pd.DataFrame, column: str) -> tuple[float, str, str]:
    """The largest difference between two subgroups in a column of :func:`subgroup_rates`.

    Returns:
        (difference, subgroup with the highest value, subgroup with the lowest value); of equal values, the first row
        counts. NaN values are left out.

    Raises:
        ValueError: if fewer than two subgroups have a value.
    """
