"""What the rest of the product knows of a model: its answer, its parameters, and how to ask it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from deepbench_core.errors import UserError
from deepbench_core.models.redaction import redact
from deepbench_core.problems import Problem
from deepbench_core.prompts import Message

MAX_RESPONSE_BYTES = 4_000_000  # far above what any token limit lets a model write

# Keys come from the environment alone: what is given as a parameter ends up in manifests.
_SECRET_NAME = re.compile(
    r"(api|secret|access|private)[-_]?key|secret|password|authorization|bearer|cookie"
    r"|(access|auth|session|security|ad|bearer|id|refresh)[-_]token|^token$|credential",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Generation:
    """One answer of a model.

    `cost` is in US dollars, None when unknown; `latency` in seconds, of the call that succeeded; `model` is the name
    that the provider reports; `cut` tells that the response was longer than MAX_RESPONSE_BYTES. `text` may be empty.
    """

    text: str
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    cost: float | None = None
    latency: float = 0.0
    finish_reason: str = ""
    model: str = ""
    cut: bool = False


@dataclass(frozen=True)
class Parameters:
    """How a model is asked. Never holds a secret: `api_key_variable` is the *name* of an environment variable.

    Sample i of a run with temperature > 0 is asked with seed + i, where the provider knows seeds. `extra` goes to the
    provider as it is. `timeout` and `backoff` are in seconds; `backoff` doubles from retry to retry.
    `context` is the context length in tokens that a local file is served with.
    """

    temperature: float = 0.0
    top_p: float | None = None
    max_tokens: int = 2048
    seed: int | None = 0
    timeout: float = 600.0
    api_base: str | None = None
    api_key_variable: str | None = None
    retries: int = 5
    backoff: float = 1.0
    context: int | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Raise UserError for values that no provider takes, and for secrets."""
        for name, low, high in (("temperature", 0, 5), ("max_tokens", 1, 1_000_000), ("retries", 0, 100)):
            if not low <= getattr(self, name) <= high:
                raise UserError(f"{name} is {getattr(self, name)}; it must be between {low} and {high}")
        if self.top_p is not None and not 0 < self.top_p <= 1:
            raise UserError(f"top_p is {self.top_p}; it must be above 0 and at most 1")
        if self.timeout <= 0 or self.backoff < 0:
            raise UserError("timeout and backoff are seconds and can't be negative")
        if self.api_base is not None and not re.match(r"https?://[^/@\s]+(/|$)", self.api_base):
            raise UserError("api_base must be a URL like http://localhost:8000/v1, without a user name or password")
        if self.api_key_variable is not None and not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", self.api_key_variable):
            raise UserError("api_key_variable is the name of an environment variable that holds the key, not the key")
        if secret := _secret_name(self.extra):
            raise UserError(f"extra.{secret} looks like a secret; keys are read from environment variables only")

    def for_manifest(self) -> dict[str, Any]:
        """What changes a model's answers, for a run's manifest."""
        kept: dict[str, Any] = {"temperature": self.temperature, "max_tokens": self.max_tokens, "seed": self.seed}
        for name in ("top_p", "api_base", "context"):
            if (value := getattr(self, name)) is not None:
                kept[name] = value
        if self.extra:
            kept["extra"] = dict(self.extra)
        return kept


class Model(Protocol):
    """Something that answers prompts. Thread-safe."""

    @property
    def name(self) -> str:
        """What results are filed under; for a file, `local/<its stem>`."""

    @property
    def details(self) -> Mapping[str, Any]:
        """What a manifest says about the model beside its name: provider, a file's SHA-256 and quantisation …"""

    def generate(self, messages: Sequence[Message], *, sample: int, problem: Problem) -> Generation:
        """Answer once. Raises ProviderError with one line, `retryable` when a later call may succeed."""

    def close(self) -> None:
        """End everything under way, retries included; idempotent."""


def bounded(text: str) -> tuple[str, bool]:
    """Text that can be stored, without lone surrogates and at most MAX_RESPONSE_BYTES; and whether it was cut."""
    head = text[:MAX_RESPONSE_BYTES]
    # A surrogate pair that arrived as two halves becomes its character again; a lone half becomes U+FFFD.
    clean = head.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    data = clean.encode()
    if len(text) == len(head) and len(data) <= MAX_RESPONSE_BYTES:
        return clean, False
    return data[:MAX_RESPONSE_BYTES].decode(errors="ignore"), True


def _secret_name(values: Mapping[str, Any]) -> str | None:
    for name, value in values.items():
        if _SECRET_NAME.search(str(name)):
            return str(name)
        if isinstance(value, str) and redact(value) != value:
            return str(name)
        if isinstance(value, Mapping) and (inner := _secret_name(value)):
            return f"{name}.{inner}"
    return None
