"""A Redis of a test's own, on a socket in its folder, which it may kill."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path


class RedisServer:
    """Keeps nothing on the disk: what it forgets when it ends must not matter."""

    def __init__(self, folder: Path) -> None:
        self._socket = folder / "redis.sock"
        self.url = f"unix://{self._socket}"
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        self._process = subprocess.Popen(
            ["redis-server", "--port", "0", "--unixsocket", str(self._socket), "--save", ""],
            stdout=subprocess.DEVNULL,
            cwd=self._socket.parent,
        )
        until = time.monotonic() + 20
        while not self._socket.exists():
            assert self._process.poll() is None, "redis-server ended"
            assert time.monotonic() < until
            time.sleep(0.02)

    def close(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None
            self._socket.unlink(missing_ok=True)
