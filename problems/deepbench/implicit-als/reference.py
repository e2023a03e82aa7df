import torch


class ImplicitALS:
    def __init__(self, user_factors: torch.Tensor, item_factors: torch.Tensor, alpha: float, reg: float) -> None:
        if alpha <= 0 or reg <= 0:
            raise ValueError("alpha and reg must be positive")
        self.user_factors = user_factors.detach().clone()
        self.item_factors = item_factors.detach().clone()
        self.alpha, self.reg = alpha, reg

    def sweep(self, users: torch.Tensor, items: torch.Tensor, counts: torch.Tensor) -> float:
        table = self._table(len(self.user_factors), users, items, counts)
        self.user_factors = self._solve(table, self.item_factors)
        self.item_factors = self._solve(table.T, self.user_factors)
        errors = (table > 0).double() - self.user_factors @ self.item_factors.T
        size = self.user_factors.square().sum() + self.item_factors.square().sum()
        return (((1 + self.alpha * table) * errors.square()).sum() + self.reg * size).item()

    def fold_in(self, items: torch.Tensor, counts: torch.Tensor) -> torch.Tensor:
        return self._solve(self._table(1, torch.zeros_like(items), items, counts), self.item_factors)[0]

    def _table(self, n_users: int, users: torch.Tensor, items: torch.Tensor, counts: torch.Tensor) -> torch.Tensor:
        if (counts <= 0).any():
            raise ValueError("counts must be positive")
        table = torch.zeros(n_users, len(self.item_factors), dtype=torch.float64)
        return table.index_put_((users, items), counts.double(), accumulate=True)

    def _solve(self, table: torch.Tensor, fixed: torch.Tensor) -> torch.Tensor:
        confidence = 1 + self.alpha * table
        # One D x D system per row: Y^T C Y + reg.
        systems = torch.einsum("ri,id,ie->rde", confidence, fixed, fixed)
        systems = systems + self.reg * torch.eye(fixed.shape[1], dtype=torch.float64)
        return torch.linalg.solve(systems, (confidence * (table > 0)) @ fixed)
