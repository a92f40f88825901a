"""The app in a process that can be killed and started again in a moment: imported and built once, forked each time.

Reads lines on standard input; for each, forks a process that serves on the port and prints its number.
"""

from __future__ import annotations

import logging
import os
import socket
import sys

from werkzeug.serving import make_server

from intake.app import create_app
from intake.extensions import db


def main() -> None:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    app = create_app()
    app.test_client().get("/sign-in")  # what the first page builds is built before the forks
    db.remove()
    app.extensions["intake.engine"].dispose()
    with socket.socket() as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(("127.0.0.1", int(sys.argv[1])))
        listening.listen(64)
        child = 0
        for _line in sys.stdin:
            if child:
                os.waitpid(child, 0)
            child = os.fork()
            if child == 0:
                make_server(
                    "127.0.0.1", 0, app, threaded=True, fd=listening.fileno()
                ).serve_forever()
            sys.stdout.write(f"{child}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
