class StopStream:
    stopped: bool

    def __init__(self, stops: list[str]) -> None:
        self.stopped = False
        self._stops = sorted(set(stops), key=len, reverse=True)
        # proper beginnings of stop strings: what may have to be held back
        self._beginnings = {stop[:i] for stop in self._stops for i in range(1, len(stop))}
        self._held = ""

    def feed(self, piece: str) -> str:
        if self.stopped:
            return ""
        passed = []
        held = self._held
        for character in piece:
            held += character
            # All but the last character of a stop string that ends here has been held back.
            stop = next((s for s in self._stops if held.endswith(s)), None)
            if stop is not None:
                passed.append(held[: len(held) - len(stop)])
                self.stopped = True
                self._held = ""
                return "".join(passed)
            start = 0
            while start < len(held) and held[start:] not in self._beginnings:
                start += 1
            passed.append(held[:start])
            held = held[start:]
        self._held = held
        return "".join(passed)

    def finish(self) -> str:
        held, self._held = self._held, ""
        return held
