"""A PostgreSQL of a test's own, which it may stop and start."""

from __future__ import annotations

import os
import subprocess

OBEY = """
echo "> $PGPORT $PGPASSWORD $PGUSER"
while read -r order; do
    pg_ctlcluster "$PGVERSION" regress $order >&2
    echo "> done"
done
exit 0
"""


class Cluster:
    """A throw-away cluster; gone when it is closed."""

    def __init__(self) -> None:
        ours = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        self._shell = subprocess.Popen(
            ["pg_virtualenv", "-t", "sh", "-c", OBEY],
            env=ours | {"LC_ALL": "C.UTF-8"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        port, password, user = self._answer().split()
        self.url = f"postgresql+psycopg://{user}:{password}@localhost:{port}/postgres"

    def stop(self) -> None:
        """Stops the server as a restart does: connections are cut off."""
        self._order("stop --mode fast")

    def start(self) -> None:
        self._order("start")

    def close(self) -> None:
        self._shell.communicate(timeout=60)

    def _order(self, order: str) -> None:
        assert self._shell.stdin
        self._shell.stdin.write(f"{order}\n")
        self._shell.stdin.flush()
        assert self._answer() == "done"

    def _answer(self) -> str:
        assert self._shell.stdout
        while line := self._shell.stdout.readline():
            # what the tools say beside it, such as of a port that another cluster took, is no answer
            if line.startswith("> "):
                return line[2:].strip()
        raise RuntimeError("the cluster did not start")
