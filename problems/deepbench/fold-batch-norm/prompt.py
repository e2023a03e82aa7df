
from torch import nn


def fold_pair(conv: nn.Conv2d, norm: nn.BatchNorm2d) -> nn.Conv2d:
    """One convolution with bias that computes what ``conv`` and then ``norm``, in evaluation mode, compute.

    It has the settings of ``conv`` (stride, padding, dilation, groups). ``conv`` may have no bias; ``norm`` has
    running statistics, a weight and a bias. Neither is changed.
    """


def fold_model(model: nn.Sequential) -> nn.Sequential:
    """A model for inference without the batch normalisations that directly follow a convolution.

    Every ``nn.Conv2d`` that is directly followed by a ``nn.BatchNorm2d`` is folded with it into one. All other layers
    are kept, in order, as copies. The result is in evaluation mode, computes what ``model`` computes in evaluation
    mode, and shares no tensor with it; ``model`` is not changed.
    """
