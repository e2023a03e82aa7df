import torch


class ImplicitALS:
    def __init__(self, user_factors: torch.Tensor, item_factors: torch.Tensor, alpha: float, reg: float) -> None:
        if not alpha > 0:
            raise ValueError("alpha must be positive")
        if not reg > 0:
            raise ValueError("reg must be positive")
        self.user_factors = user_factors.detach().to(torch.float64, copy=True)
        self.item_factors = item_factors.detach().to(torch.float64, copy=True)
        self.alpha = alpha
        self.reg = reg

    @staticmethod
    def _checked(counts: torch.Tensor) -> torch.Tensor:
        counts = counts.detach().to(torch.float64)
        if not bool((counts > 0).all()):
            raise ValueError("counts must be positive")
        return counts

    def _solve(self, base: torch.Tensor, factors: torch.Tensor, counts: torch.Tensor) -> torch.Tensor:
        extra = self.alpha * counts
        a = base + factors.T @ (extra.unsqueeze(1) * factors)
        b = factors.T @ (1 + extra)
        return torch.linalg.solve(a, b)

    def _base(self, factors: torch.Tensor) -> torch.Tensor:
        return factors.T @ factors + self.reg * torch.eye(factors.shape[1], dtype=torch.float64, device=factors.device)

    def _update(
        self, n_rows: int, rows: torch.Tensor, others: torch.Tensor, counts: torch.Tensor, factors: torch.Tensor
    ) -> torch.Tensor:
        new = torch.zeros(n_rows, factors.shape[1], dtype=torch.float64, device=factors.device)
        if rows.numel() == 0:
            return new
        base = self._base(factors)
        order = torch.argsort(rows, stable=True)
        ids, sizes = torch.unique_consecutive(rows[order], return_counts=True)
        sizes = sizes.tolist()
        parts = zip(ids.tolist(), others[order].split(sizes), counts[order].split(sizes))
        for row, other, count in parts:
            new[row] = self._solve(base, factors[other], count)
        return new

    @torch.no_grad()
    def sweep(self, users: torch.Tensor, items: torch.Tensor, counts: torch.Tensor) -> float:
        counts = self._checked(counts)
        n_users, n_items = self.user_factors.shape[0], self.item_factors.shape[0]
        pairs, inverse = torch.unique(users * n_items + items, return_inverse=True)
        total = torch.zeros(pairs.shape[0], dtype=torch.float64, device=counts.device).index_add_(0, inverse, counts)
        divisor = max(n_items, 1)
        u = torch.div(pairs, divisor, rounding_mode="floor")
        i = pairs % divisor

        x = self._update(n_users, u, i, total, self.item_factors)
        y = self._update(n_items, i, u, total, x)
        self.user_factors, self.item_factors = x, y

        # All pairs as if they had p = 0 and c = 1, then a correction for those that occur.
        objective = ((x.T @ x) * (y.T @ y)).sum()
        predicted = (x[u] * y[i]).sum(1)
        objective = objective + ((1 + self.alpha * total) * (1 - predicted) ** 2 - predicted**2).sum()
        objective = objective + self.reg * ((x**2).sum() + (y**2).sum())
        return float(objective)

    @torch.no_grad()
    def fold_in(self, items: torch.Tensor, counts: torch.Tensor) -> torch.Tensor:
        counts = self._checked(counts)
        y = self.item_factors
        if items.numel() == 0:
            return torch.zeros(y.shape[1], dtype=torch.float64, device=y.device)
        ids, inverse = torch.unique(items, return_inverse=True)
        total = torch.zeros(ids.shape[0], dtype=torch.float64, device=y.device).index_add_(0, inverse, counts)
        return self._solve(self._base(y), y[ids], total)
