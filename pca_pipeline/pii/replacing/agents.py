"""Ids of agents that are fit to be shown in the place of their names."""

from __future__ import annotations

import hashlib
import hmac
import re

from pca_pipeline.pii.replacing.customers import has_customer_key, secret_of
from pca_pipeline.settings import Settings

_HEX_DIGITS = 32  # 128 bits
# What holds no name: a key of this project, or a UUID, a number or many hexadecimal digits behind two letters at most,
# as in "u-17".
_NAMELESS = re.compile(
    r"agent_\d+|[a-z]{0,2}[-_]?(\d+|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{20,})", re.IGNORECASE
)


def shown_id(id_: str | None, settings: Settings) -> str | None:
    """An agent's id if it holds no name, else its keyed hash: contact centres use e-mail addresses and log-ins as ids.

    HMAC-SHA-256 by `PCA_CUSTOMER_KEY`, equal for equal ids; None where that is not set. Raises SetupError: no good one.
    """
    if id_ is None or _NAMELESS.fullmatch(id_):
        return id_
    if not has_customer_key():
        return None
    return hmac.new(secret_of("agent", settings), id_.lower().encode(), hashlib.sha256).hexdigest()[:_HEX_DIGITS]
