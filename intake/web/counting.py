"""Counting failed attempts, in the store of the settings and in this process alike.

Where the store does not answer, nobody is kept from signing in and nobody may guess without end: what this process
counted goes on holding, the outage included, until the store is back.
"""

from __future__ import annotations

import logging
import time

from flask_limiter import Limiter
from limits import RateLimitItem
from limits.errors import StorageError
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from intake import measures

PATIENCE = 1.0
"""Seconds that the store has to answer."""
PAUSE = 15.0
"""Seconds in which it is not asked again, so that not everybody waits for one that is gone."""
log = logging.getLogger("intake")


class Failures:
    """The counts of one app."""

    def __init__(self, limiter: Limiter, *, shared: bool) -> None:
        self._limiter, self._shared = limiter, shared
        self._own = FixedWindowRateLimiter(MemoryStorage())
        self._away_until = 0.0

    def within(self, limit: RateLimitItem, *what: str) -> bool:
        """Whether one more is allowed."""
        return self._own.test(limit, *what) and self._ask("test", limit, *what)

    def count(self, limit: RateLimitItem, *what: str) -> bool:
        """Counts one; says whether it was within the limit."""
        return self._own.hit(limit, *what) & self._ask("hit", limit, *what)

    def _ask(self, question: str, limit: RateLimitItem, *what: str) -> bool:
        """The store's answer; where it gives none, it has no objection beyond those of this process."""
        if not self._shared or time.monotonic() < self._away_until:
            return True
        try:
            answer = bool(getattr(self._limiter.limiter, question)(limit, *what))
        except StorageError as error:
            # the first in a while says so
            if self._away_until == 0.0:
                cause = type(error.storage_error).__name__
                log.error("failed attempts are counted by this process alone: %s", cause)
            self._away_until = time.monotonic() + PAUSE
            measures.count(measures.THROTTLE_ALONE)
            return True
        if self._away_until:
            log.warning("failed attempts are counted in the store again")
            self._away_until = 0.0
        return answer


__all__ = ["PATIENCE", "Failures"]
