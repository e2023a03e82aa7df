import pandas as pd


def join_features(
    events: pd.DataFrame, features: pd.DataFrame, columns: list[str], max_age: int
) -> pd.DataFrame:
    """Give each event the features that could be known at its time, to train a model without a look into the future.

    A row of ``features`` says what was observed of an entity at the time "observed"; it could be read from the time
    "available" on, which is later. A correction is a further row with the same "observed" and a later "available".

    For an event, those rows of its entity count that were available at the event's time or before, and observed no more
    than ``max_age`` before it. Of these, the one observed last is used; of several observed at that time, the one that
    became available last.

    Args:
        events: columns "entity" (strings), "time" (int64) and perhaps others, any index without repeated values.
        features: columns "entity", "observed", "available" (int64) and those of ``columns`` (float64, perhaps NaN); no
            two rows agree in entity, observed and available. Rows are in any order, with any index.
        columns: names that are not in ``events``.

    Returns:
        A new frame with the rows, the index and the columns of ``events``, then ``columns``, then "age", the event's
        time minus "observed". All new columns are float64, NaN where no row counts; a feature that is NaN in the used
        row stays NaN. The arguments are not changed.
    """
