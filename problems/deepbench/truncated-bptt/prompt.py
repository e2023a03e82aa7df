import torch
from torch import nn


def train_truncated(
    rnn: nn.GRU,
    head: nn.Linear,
    inputs: torch.Tensor,
    targets: torch.Tensor,
    chunk: int,
    lr: float,
) -> tuple[nn.GRU, nn.Linear, torch.Tensor, float]:
    """Train a recurrent forecaster in one pass over long series, by truncated backpropagation through time.

    The time steps are cut into pieces of length ``chunk``; the last may be shorter. For each piece in turn:

    * The network runs over the piece, from the hidden state that it had at the end of the previous piece (zeros at the
      start). This state is carried over as a constant: gradients do not flow from a piece into earlier ones.
    * The loss is the squared error of ``head(hidden state)`` at each time step, averaged over the **observed** target
      values of the piece. A target that is NaN is not observed, and influences neither the loss nor any gradient.
    * One step of plain SGD (no momentum, no decay) is made on the parameters of both modules. Then the next piece
      follows; hidden states are not recomputed with the new parameters.
    * A piece without any observed target makes no step, but the hidden state is carried through it.

    The modules and tensors given are not changed: copies of the modules are trained.

    Args:
        rnn: an ``nn.GRU`` with ``batch_first=True``, unidirectional, without dropout, of one or more layers.
        head: an ``nn.Linear`` from the hidden size to K.
        inputs: float tensor of shape (B, T, F), T >= 1.
        targets: tensor of shape (B, T, K), NaN where not observed.
        chunk: length of a piece, >= 1.
        lr: learning rate.

    Returns:
        rnn, head: the trained copies.
        state: the hidden state at the end, of shape (number of layers, B, hidden size), without autograd history.
        loss: mean squared error over all observed target values of the whole series, each measured before its
            piece's step, as a float. 0.0 if there is none.

    Raises:
        ValueError: if ``chunk`` is less than 1.
    """
