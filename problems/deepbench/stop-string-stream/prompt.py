class StopStream:
    """Passes generated text on to a user until one of several stop strings comes; how it is cut makes no difference.

    The text is looked at character by character. It ends with the first character that completes a stop string. That
    stop string, the longest one if several end there, and what comes after are never passed on.

    Args:
        stops: strings that are not empty; possibly none.

    Attributes:
        stopped: whether a stop string has come.
    """

    stopped: bool

    def __init__(self, stops: list[str]) -> None: ...

    def feed(self, piece: str) -> str:
        """Feed the next piece of text and return what can be passed on now.

        Held back is as little as possible: the longest end of the text so far that is the beginning of a stop string.
        After a stop string the result is always "".
        """

    def finish(self) -> str:
        """The text is over: return what was held back, or "" after a stop string."""
