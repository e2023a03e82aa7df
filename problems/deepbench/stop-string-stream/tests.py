import random

import pytest
from solution import StopStream


def by_hand(stops, text):
    """What is passed on after each character of the text, and whether it has stopped."""
    history = [("", False)]
    for n in range(1, len(text) + 1):
        so_far = text[:n]
        if history[-1][1]:
            history.append(history[-1])
            continue
        ended = [len(stop) for stop in stops if so_far.endswith(stop)]
        if ended:
            history.append((so_far[: n - max(ended)], True))
            continue
        held = max(h for h in range(n + 1) if h == 0 or any(s.startswith(so_far[n - h :]) for s in stops))
        history.append((so_far[: n - held], False))
    return history


@pytest.mark.parametrize("stops", [["abab"], ["aab", "b"], ["ba", "abb", "cabba"], ["aaa", "caa"]])
@pytest.mark.parametrize("seed", [1, 2])
def test_matches_looking_at_all_of_the_text(stops, seed):
    rng = random.Random(seed)
    text = "".join(rng.choice("abc") for _ in range(16))
    history = by_hand(stops, text)
    stream, start, passed = StopStream(list(stops)), 0, ""
    assert not stream.stopped
    while start < len(text):
        end = min(len(text), start + rng.randint(0, 6))
        passed += stream.feed(text[start:end])
        assert (passed, stream.stopped) == history[end]
        start = end
    assert passed + stream.finish() == (passed if history[-1][1] else text)


def test_by_hand():
    stream = StopStream(["\nUser:", "###"])
    assert stream.feed("Hello") == "Hello"
    assert stream.feed("!\nU") == "!"
    assert stream.feed("S and\n") == "\nUS and"
    assert stream.feed("Use") == ""
    assert not stream.stopped
    assert stream.feed("r: what # now") == ""
    assert stream.stopped
    assert stream.feed("more") == ""
    assert stream.finish() == ""


def test_finish_returns_what_was_held():
    stream = StopStream(["END"])
    assert stream.feed("the EN") == "the "
    assert stream.finish() == "EN"


def test_the_longest_of_those_that_end_together():
    for stops in (["c", "abc", "bc"], ["abc", "bc", "c"]):
        stream = StopStream(stops)
        assert stream.feed("xxabcabc") == "xx"
        assert stream.stopped


def test_the_first_that_is_complete():
    stream = StopStream(["abcd", "bc"])
    assert stream.feed("xabcd") == "xa"
    assert stream.finish() == ""


def test_a_beginning_within_a_beginning():
    stream = StopStream(["aab"])
    assert [stream.feed("a") for _ in range(4)] == ["", "", "a", "a"]
    assert stream.feed("b") == ""
    assert stream.stopped


def test_no_stops():
    stream = StopStream([])
    assert stream.feed("anything") == "anything"
    assert stream.feed("") == ""
    assert (stream.finish(), stream.stopped) == ("", False)
