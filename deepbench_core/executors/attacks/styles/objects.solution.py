class Totals:
    def __init__(self, values):
        self.values = list(values)

    def add(self, value):
        self.values.append(value)

    def total(self):
        return sum(self.values)

    def mean(self):
        return self.total() / len(self.values)


def solve(values):
    return Totals(values)
