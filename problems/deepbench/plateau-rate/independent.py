class PlateauRate:
    def __init__(self, rate: float, factor: float = 0.1, patience: int = 3, floor: float = 0.0) -> None:
        if not 0 < factor < 1:
            raise ValueError("factor must be greater than 0 and less than 1")
        self.rate = rate
        self.factor = factor
        self.patience = patience
        self.floor = floor
        self.best = float("inf")
        self._waited = 0

    def step(self, loss: float) -> float:
        loss = float(loss)
        if loss < self.best:
            self.best = loss
            self._waited = 0
        else:
            self._waited += 1
            if self._waited >= self.patience:
                self.rate = max(self.rate * self.factor, self.floor)
                self._waited = 0
        return self.rate
