"""Models behind an HTTP interface, asked through litellm: every provider's, one's own endpoint, a local server."""

from __future__ import annotations

import logging
import os
import random
import re
import threading
import time
from collections.abc import Mapping, Sequence
from typing import Any

import tenacity

from deepbench_core.errors import ProviderError
from deepbench_core.models.base import Generation, Parameters, bounded
from deepbench_core.models.local_server import LocalServer
from deepbench_core.models.providers import key_variables
from deepbench_core.models.redaction import one_line
from deepbench_core.problems import Problem
from deepbench_core.prompts import Message

MAX_BODY_BYTES = 256_000_000  # an endpoint that sends more is broken
MAX_WAIT = 60.0  # seconds between two tries


class _Failure(ProviderError):
    """A ProviderError that knows how long the provider asked to wait."""

    def __init__(self, message: str, *, retryable: bool = False, retry_after: float = 0.0) -> None:
        super().__init__(message, retryable=retryable)
        self.retry_after = retry_after


class HostedModel:
    """A model that litellm reaches. With `server`, the model is a file that this process serves."""

    def __init__(self, name: str, target: str, parameters: Parameters, *, server: LocalServer | None = None,
                 details: Mapping[str, Any] | None = None) -> None:  # fmt: skip
        self.name = name
        self._target = target
        self._parameters = parameters
        self._server = server
        self._closed = threading.Event()
        self._litellm = _litellm()
        self._sent, dropped = self._sampling()
        self.details: Mapping[str, Any] = {
            "provider": target.partition("/")[0],
            **(details or {}),
            **({"parameters_not_supported": dropped} if dropped else {}),
        }

    def generate(self, messages: Sequence[Message], *, sample: int, problem: Problem) -> Generation:
        """Ask once, again after a while where that can help. Raises ProviderError."""
        arguments: dict[str, Any] = {
            "model": self._target,
            "messages": [{"role": m.role, "content": m.content} for m in messages],
            "max_tokens": self._parameters.max_tokens,
            "timeout": self._parameters.timeout,
            "num_retries": 0,
            "max_retries": 0,
            "drop_params": True,
            **self._sent,
            **self._access(),
            **self._parameters.extra,
        }
        if "seed" in self._sent and self._parameters.temperature > 0:
            arguments["seed"] = self._sent["seed"] + sample
        retrying = tenacity.Retrying(
            retry=tenacity.retry_if_exception(lambda error: isinstance(error, ProviderError) and error.retryable),
            stop=tenacity.stop_after_attempt(self._parameters.retries + 1) | tenacity.stop_when_event_set(self._closed),
            wait=self._wait,
            sleep=tenacity.sleep_using_event(self._closed),
            reraise=True,
        )
        return retrying(self._once, arguments)

    def close(self) -> None:
        """End waiting retries, and the server."""
        self._closed.set()
        if self._server:
            self._server.close()

    def _once(self, arguments: dict[str, Any]) -> Generation:
        if self._closed.is_set():
            raise ProviderError(f"{self.name}: closed before it answered", retryable=True)
        start = time.monotonic()
        try:
            response = self._litellm.completion(**arguments)
        except Exception as error:  # litellm raises whatever a provider's library does
            raise self._explain(error) from None
        return self._generation(response, time.monotonic() - start)

    def _generation(self, response: Any, latency: float) -> Generation:
        choices = getattr(response, "choices", None) or []
        if not choices:
            raise ProviderError(f"{self.name}: the answer has no choices in it", retryable=True)
        message = choices[0].message
        refusal = getattr(message, "refusal", None) or (getattr(message, "provider_specific_fields", None) or {}).get(
            "refusal"
        )
        text, cut = bounded(str(message.content or refusal or ""))
        usage = getattr(response, "usage", None)
        return Generation(
            text,
            # litellm says 0 where the provider says nothing.
            prompt_tokens=getattr(usage, "prompt_tokens", None) or None,
            completion_tokens=getattr(usage, "completion_tokens", None) or (None if text else 0),
            cost=self._cost(response),
            latency=latency,
            finish_reason=bounded(str(choices[0].finish_reason or ""))[0][:40],
            model=self.name if self._server else bounded(str(getattr(response, "model", "") or ""))[0][:200],
            cut=cut,
        )

    def _cost(self, response: Any) -> float | None:
        if self._server:
            return 0.0
        if self._parameters.api_base:
            return None  # a name says nothing about the price at somebody's own endpoint
        try:
            cost = self._litellm.completion_cost(completion_response=response, model=self._target)
        except Exception:  # a model without a known price, or an answer without usage
            return None
        return float(cost) if cost else None

    def _sampling(self) -> tuple[dict[str, Any], list[str]]:
        """The sampling parameters that the provider takes, and the names of those it doesn't."""
        given = {
            "temperature": self._parameters.temperature,
            "top_p": self._parameters.top_p,
            "seed": self._parameters.seed,
        }
        wanted = {name: value for name, value in given.items() if value is not None}
        try:
            model, provider, _, _ = self._litellm.get_llm_provider(self._target)
            taken = self._litellm.utils.get_optional_params(
                model=model, custom_llm_provider=provider, drop_params=True, **wanted
            )
        except Exception:  # an unknown model; its provider decides
            return wanted, []
        # Compared by name: a provider's own name for a parameter would look dropped, and so far none has one.
        dropped = [name for name in wanted if name not in taken and name not in str(taken)]
        return {name: value for name, value in wanted.items() if name not in dropped}, dropped

    def _access(self) -> dict[str, Any]:
        """Where to, and with which key; read at the time of the call, so that no object holds a secret."""
        if self._server:
            return {"api_base": self._server.address, "api_key": self._server.key}
        access: dict[str, Any] = {}
        if self._parameters.api_base:
            access["api_base"] = self._parameters.api_base
        if variable := self._parameters.api_key_variable:
            access["api_key"] = os.environ.get(variable, "")
        elif self._parameters.api_base and not any(os.environ.get(v) for v in key_variables(self._target)):
            access["api_key"] = "none"  # one's own endpoint seldom asks for one, the client library always does
        return access

    def _wait(self, state: tenacity.RetryCallState) -> float:
        outcome = state.outcome.exception() if state.outcome else None
        asked = outcome.retry_after if isinstance(outcome, _Failure) else 0.0
        # Doubling, with a random part so that the threads of a run don't all come back at once.
        backoff: float = self._parameters.backoff * 2 ** (state.attempt_number - 1) * random.uniform(1.0, 1.5)
        return min(MAX_WAIT, max(asked, backoff))

    def _explain(self, error: Exception) -> ProviderError:
        """Any failure of a call as one line that says what to do."""
        if self._server and not self._server.is_alive():
            return ProviderError(f"{self.name}: {self._server.ended()}")
        kinds = {kind.__name__ for kind in type(error).__mro__}
        causes = _causes(error)
        status = getattr(error, "status_code", None)
        said = one_line(_said(error))
        provider = self._target.partition("/")[0]
        where = f"the endpoint {self._parameters.api_base}" if self._parameters.api_base else provider
        variables = self._parameters.api_key_variable or " or ".join(key_variables(self._target)) or "its key"

        if "_TooLarge" in causes:
            return ProviderError(f"{self.name}: the answer is larger than {MAX_BODY_BYTES // 1_000_000} MB")
        if "Timeout" in kinds or "APITimeoutError" in causes or status == 408:
            return ProviderError(f"{self.name}: no answer within {self._parameters.timeout:g} seconds", retryable=True)
        if "ContextWindowExceededError" in kinds or "exceed_context_size" in said or "context size" in said:
            return ProviderError(f"{self.name}: prompt and answer don't fit the model's context window: {said}")
        if "ContentPolicyViolationError" in kinds or re.search(r"content.(management|policy|filter)", said):
            return ProviderError(f"{self.name}: the provider's content filter refused the prompt: {said}")
        if (
            status == 402
            or re.search(r"insufficient_quota|exceeded your current quota", said)
            or "PaymentRequiredError" in kinds
            or "BudgetExceededError" in kinds
        ):
            return ProviderError(f"{self.name}: the account has no credit left: {said}", fatal=True)
        if "RateLimitError" in kinds or status == 429:
            return _Failure(f"{self.name}: rate limit: {said}", retryable=True, retry_after=_retry_after(error))
        if "AuthenticationError" in kinds or status == 401:
            return ProviderError(f"{self.name}: {where} refused the key in {variables}: {said}", fatal=True)
        if "PermissionDeniedError" in kinds or status == 403:
            return ProviderError(
                f"{self.name}: {where} doesn't allow it with the key in {variables}: {said}", fatal=True
            )
        if "NotFoundError" in kinds or status == 404:
            return ProviderError(f"{self.name}: {where} has no such model, or the address is wrong: {said}", fatal=True)
        if causes & {"ConnectError", "ConnectTimeout", "ProxyError", "ConnectionRefusedError", "gaierror"}:
            return ProviderError(
                f"{self.name}: {where} can't be reached (no network, or nothing listens there)", retryable=True
            )
        if "APIConnectionError" in kinds or (isinstance(status, int) and status >= 500):
            return _Failure(f"{self.name}: {where} failed: {said}", retryable=True, retry_after=_retry_after(error))
        return ProviderError(f"{self.name}: {where} refused the request: {said}")


def _said(error: Exception) -> str:
    """What the provider said, without the names of classes that litellm puts in front."""
    text = str(getattr(error, "message", "") or error)
    if "Expecting value" in text:
        return "the answer is not JSON"
    return re.sub(r"^(?:(?:litellm\.)?\w*(?:Error|Exception)(?: - |: ))+", "", text)


def _causes(error: BaseException | None) -> set[str]:
    """Class names along the chain of causes."""
    names: set[str] = set()
    for _ in range(12):
        if error is None:
            break
        names |= {kind.__name__ for kind in type(error).__mro__}
        error = error.__cause__ or error.__context__
    return names


def _retry_after(error: Exception) -> float:
    headers = getattr(getattr(error, "response", None), "headers", None) or getattr(
        error, "litellm_response_headers", None
    )
    try:
        return max(0.0, float((headers or {}).get("retry-after", 0)))
    except (TypeError, ValueError):  # it may also be a date
        return 0.0


_LOCK = threading.Lock()


def _litellm() -> Any:
    """litellm, imported on first use and made quiet: no price list from the network, no logs, no `.env` files."""
    os.environ.setdefault("LITELLM_LOCAL_MODEL_COST_MAP", "True")
    os.environ.setdefault("LITELLM_MODE", "PRODUCTION")
    with _LOCK:
        import litellm
        from litellm.llms.custom_httpx.http_handler import get_ssl_configuration

        from deepbench_core.models.transport import client

        if litellm.client_session is None:
            litellm.suppress_debug_info = True
            litellm.telemetry = False
            for name in ("LiteLLM", "LiteLLM Router", "LiteLLM Proxy", "httpx", "openai"):
                logging.getLogger(name).setLevel(logging.CRITICAL)
            litellm.client_session = client(MAX_BODY_BYTES, get_ssl_configuration())
    return litellm
