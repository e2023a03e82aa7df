import contextlib


@contextlib.contextmanager
def solve(values):
    try:
        yield sorted(values)
    except StopIteration:
        pass
