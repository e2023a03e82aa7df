import math
import random

import pytest
from solution import event_scores, events

NAN = math.nan


def runs(flags):
    found = []
    for i, flag in enumerate(flags):
        if flag and found and found[-1][-1] == i - 1:
            found[-1].append(i)
        elif flag:
            found.append([i])
    return found


def by_hand(true, alarms, delay):
    truths = [set(range(run[0], run[-1] + 1 + delay)) for run in runs(true)]
    raised = [set(run) for run in runs(alarms)]
    met = [t for t in truths if any(t & r for r in raised)]
    recall = len(met) / len(truths) if truths else NAN
    precision = sum(any(t & r for t in truths) for r in raised) / len(raised) if raised else NAN
    lags = [min(t & set().union(*raised)) - min(t) for t in met]
    f1 = 0.0 if precision + recall == 0 else 2 * precision * recall / (precision + recall)
    return {"recall": recall, "precision": precision, "f1": f1, "lag": sum(lags) / len(lags) if lags else NAN}


def check(true, alarms, want, delay=0):
    assert event_scores(true, alarms, delay) == pytest.approx(want, nan_ok=True)


@pytest.mark.parametrize("delay", [0, 1, 3])
@pytest.mark.parametrize(("n", "rate"), [(5, 0.5), (40, 0.2), (60, 0.5), (60, 0.1)])
def test_matches_sets_of_steps(n, rate, delay):
    rng = random.Random(n)
    true, alarms = ([int(rng.random() < rate) for _ in range(n)] for _ in range(2))
    before = list(true), list(alarms)
    check(true, alarms, by_hand(true, alarms, delay), delay)
    assert (true, alarms) == before


def test_events_by_hand():
    assert [tuple(e) for e in events([1, 0, 1, 1, 0, 0, 1])] == [(0, 1), (2, 4), (6, 7)]
    assert [tuple(e) for e in events([0, 1, 1, 0])] == [(1, 3)]


def test_events_of_nothing_and_of_everything():
    assert list(events([])) == []
    assert list(events([0, 0])) == []
    assert [tuple(e) for e in events([1, 1, 1])] == [(0, 3)]


def test_scores_by_hand():
    true = [0, 1, 1, 1, 0, 0, 1, 0, 0, 0]
    alarms = [0, 0, 0, 1, 1, 0, 0, 0, 0, 1]
    check(true, alarms, {"recall": 0.5, "precision": 0.5, "f1": 0.5, "lag": 2.0})


def test_late_alarms_count_within_the_delay():
    true, alarms = [1, 1, 0, 0, 0], [0, 0, 0, 1, 0]
    check(true, alarms, {"recall": 0.0, "precision": 0.0, "f1": 0.0, "lag": NAN}, 1)
    check(true, alarms, {"recall": 1.0, "precision": 1.0, "f1": 1.0, "lag": 3.0}, 2)
    check([0, 0, 0, 0, 1], [0, 0, 0, 0, 1], {"recall": 1.0, "precision": 1.0, "f1": 1.0, "lag": 0.0}, 9)


def test_an_alarm_just_before_is_none():
    check([0, 0, 1], [0, 1, 0], {"recall": 0.0, "precision": 0.0, "f1": 0.0, "lag": NAN})


def test_one_long_alarm_meets_many_events():
    check([0, 1, 0, 1], [1, 1, 1, 1], {"recall": 1.0, "precision": 1.0, "f1": 1.0, "lag": 0.0})


def test_many_alarms_meet_one_event():
    check([1, 1, 1, 1, 0, 0], [0, 1, 0, 1, 0, 1], {"recall": 1.0, "precision": 2 / 3, "f1": 0.8, "lag": 1.0})


def test_nothing_true_or_nothing_flagged():
    check([0, 0], [1, 0], {"recall": NAN, "precision": 0.0, "f1": NAN, "lag": NAN})
    check([0, 1], [0, 0], {"recall": 0.0, "precision": NAN, "f1": NAN, "lag": NAN})
    check([], [], {"recall": NAN, "precision": NAN, "f1": NAN, "lag": NAN})


def test_the_default_is_no_delay():
    assert event_scores([1, 0], [0, 1])["recall"] == 0.0
