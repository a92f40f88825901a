"""The queue. It only wakes workers: a message is the id of a job, and what there is to do stands in the database.

So it may lose a message, or bring one twice, and nothing is lost or done twice; and what lies in it tells nothing.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from functools import cached_property

from huey import Huey, RedisHuey, SqliteHuey, crontab
from huey.serializer import SignedSerializer

from intake.config import Settings
from intake.vault import derive_key

log = logging.getLogger("intake")


def _nothing(_job_id: str) -> None:
    raise RuntimeError("only a worker does jobs")


class Bell:
    """Wakes whoever works in the background; opened when it is first rung."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.on_ring: Callable[[str], None] = _nothing
        """What a worker does with the id of a job."""

    @cached_property
    def huey(self) -> Huey:
        """The queue: a file of its own in the instance folder, or Redis where the settings name one."""
        settings = self._settings
        secret = derive_key(settings.secret_key.encode(), "intake/queue")
        # several installations may share one Redis
        name = f"intake{hashlib.sha256(secret).hexdigest()[:8]}"
        # messages are taken from those only who hold the app's secret
        common = {"results": False, "serializer": SignedSerializer(secret=secret, salt="intake")}
        if settings.queue_url:
            made = RedisHuey(name, url=settings.queue_url, **common)
        else:
            file = settings.instance / "queue.sqlite"
            made = SqliteHuey(name, filename=str(file), fsync=False, timeout=20, **common)
        self._task = made.task(name="carry_on")(lambda job_id: self.on_ring(job_id))
        return made

    def ring(self, job_id: str) -> None:
        """Wakes a worker for that job. Where the queue is away, a worker finds the job by itself within a minute."""
        try:
            _ = self.huey
            self._task(job_id)
        except Exception as error:
            log.warning("the queue could not be reached: %s", type(error).__name__)

    def waiting(self) -> set[str]:
        """The ids of the jobs for which a message waits; what the clock calls for waits in the same queue."""
        _ = self.huey
        return {task.args[0] for task in self.huey.pending() if task.name == self._task.name}

    def each(self, name: str, do: Callable[[], None], **when: str) -> None:
        """Has a worker do that again and again; ``when`` is that of a crontab, in UTC."""
        self.huey.periodic_task(crontab(strict=True, **when), name=name)(do)


__all__ = ["Bell"]
