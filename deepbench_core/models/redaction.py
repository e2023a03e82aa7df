"""Takes secrets out of text that others wrote: providers like to repeat the key that they refuse."""

from __future__ import annotations

import os
import re

_SECRET_VARIABLE = re.compile(r"KEY|TOKEN|SECRET|PASSW|CREDENTIAL", re.IGNORECASE)
_PATTERNS = (
    (re.compile(r"(https?://)[^/\s@]+@"), r"\1***@"),
    (re.compile(r"(?i)\b(bearer|basic)\s+[\w.~+/=*-]{8,}"), r"\1 ***"),
    (re.compile(r"(?i)([?&;](?:api[-_]?key|key|token|sig|signature|access_token)=)[^&\s\"']+"), r"\1***"),
    (re.compile(r"(?i)((?:api[-_ ]?key|authorization|access[-_ ]?token|secret)(?: provided)?[\"']?\s*[:=]\s*[\"']?)"
                r"[^\s\"',}]{6,}"), r"\1***"),
    # Shapes of well-known keys, whole or with the provider's own asterisks in the middle.
    (re.compile(r"\b(?:sk|gsk|hf|xai|csk|pplx|nvapi|ghp|gho|github_pat|tgp_v1)[-_][\w*-]{8,}"), "***"),
    (re.compile(r"\bAIza[\w*-]{10,}"), "***"),
    (re.compile(r"\b(?:AKIA|ASIA)[A-Z0-9*]{12,}"), "***"),
    (re.compile(r"\beyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]*"), "***"),
)  # fmt: skip


def redact(text: str) -> str:
    """The text without values of secret-looking environment variables and without anything shaped like a key."""
    for name, value in os.environ.items():
        if len(value) >= 8 and _SECRET_VARIABLE.search(name):
            text = text.replace(value, "***")
    for pattern, replacement in _PATTERNS:
        text = pattern.sub(replacement, text)
    return text


def one_line(text: str, limit: int = 240) -> str:
    """A message of a provider as one redacted line of at most `limit` characters."""
    line = " ".join(redact(text[:20_000]).split())
    return line if len(line) <= limit else line[: limit - 1] + "…"
