"""The errors that a user can do something about; caught once, at the edge (CLI, page), and shown as one line."""

from __future__ import annotations


class DeepBenchError(Exception):
    """Anything that ends an action with one clear line instead of a traceback."""


class UserError(DeepBenchError):
    """A wrong argument or a wrong input file; exit status 2."""


class ProblemError(UserError):
    """A problem folder that can't be used: names the file, the field and what is wrong."""


class EnvironmentBuildError(DeepBenchError):
    """An environment that could not be built; the message ends with the last line of pip or docker."""


class ExecutorError(DeepBenchError):
    """The harness can't judge: no sandbox, a lost engine, a box that doesn't come up."""


class ProviderError(DeepBenchError):
    """The model's provider failed: wrong key, unknown model, rate limit, no network. Never the model's failure.

    `retryable` tells whether the same call may succeed later, `fatal` that no other prompt can succeed either.
    """

    def __init__(self, message: str, *, retryable: bool = False, fatal: bool = False) -> None:
        super().__init__(message)
        self.retryable = retryable
        self.fatal = fatal


class StoreError(DeepBenchError):
    """Results that can't be read or written."""


class RunError(DeepBenchError):
    """A run that can't start, go on or be found."""
