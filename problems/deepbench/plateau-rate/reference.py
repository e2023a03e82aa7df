import math


class PlateauRate:
    def __init__(self, rate: float, factor: float = 0.1, patience: int = 3, floor: float = 0.0) -> None:
        if not 0 < factor < 1:
            raise ValueError("factor must lie between 0 and 1")
        self.rate, self.factor, self.patience, self.floor = rate, factor, patience, floor
        self.best, self.waited = math.inf, 0

    def step(self, loss: float) -> float:
        self.waited += 1
        if loss < self.best:
            self.best, self.waited = loss, 0
        elif self.waited == self.patience:
            self.rate, self.waited = max(self.rate * self.factor, self.floor), 0
        return self.rate
