class StopStream:
    def __init__(self, stops: list[str]) -> None:
        self.stopped = False
        self._stops = sorted(stops, key=len, reverse=True)
        self._held = ""

    def feed(self, piece: str) -> str:
        passed = ""
        for character in piece:
            if self.stopped:
                break
            text = self._held + character
            whole = [stop for stop in self._stops if text.endswith(stop)]
            if whole:
                self.stopped = True
                self._held = ""
                passed += text.removesuffix(whole[0])
            else:
                start = 0
                while not any(stop.startswith(text[start:]) for stop in [*self._stops, ""]):
                    start += 1
                passed += text[:start]
                self._held = text[start:]
        return passed

    def finish(self) -> str:
        return self._held
