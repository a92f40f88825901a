"""An nginx of a test's own, as docs/deployment has it, but for places, ports and the encrypted line."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

from tests.durability.served import ROOT

SHIPPED = ROOT / "docs/deployment/nginx/intake.conf"
AWAY = SHIPPED.with_name("intake-away.html")
MAIN = """
{user}
pid {folder}/nginx.pid;
daemon off;
worker_processes 1;
error_log {folder}/main-error.log warn;
events {{ worker_connections 256; }}
http {{
    types {{ text/html html; }}
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/intake.conf;
}}
"""


def nginx() -> str:
    """The program. An ordinary user's path leaves its folder out."""
    return shutil.which("nginx") or "/usr/sbin/nginx"


def configure(folder: Path, upstreams: list[int], port: int, plain_port: int) -> Path:
    """Writes the shipped configuration into the folder, over plain HTTP; gives the file to start nginx with."""
    text = SHIPPED.read_text(encoding="utf-8")
    servers = "".join(
        f"    server 127.0.0.1:{one} max_fails=1 fail_timeout=1s;\n" for one in upstreams
    )
    text = re.sub(r"(?m)^    server 127\.0\.0\.1:8000.*\n", servers, text)
    text = re.sub(r"(?m)^    listen \[::\].*\n", "", text)
    text = text.replace("listen 80;", f"listen 127.0.0.1:{plain_port};")
    text = text.replace("listen 443 ssl http2;", f"listen 127.0.0.1:{port};")
    text = re.sub(r"(?m)^    ssl_.*\n", "", text)
    text = text.replace("/var/log/nginx/", f"{folder}/")
    text = text.replace("/usr/share/intake", str(folder))
    (folder / "intake.conf").write_text(text, encoding="utf-8")
    shutil.copy(AWAY, folder)
    main = folder / "nginx.conf"
    # started by root, its worker would be somebody who may not enter the folders of a test
    user = "user root;" if os.geteuid() == 0 else ""
    main.write_text(MAIN.format(folder=folder, user=user), encoding="utf-8")
    return main


class Proxy:
    """Runs until it is closed."""

    def __init__(self, folder: Path, upstreams: list[int], port: int, plain_port: int) -> None:
        self.folder = folder
        main = configure(folder, upstreams, port, plain_port)
        self._process = subprocess.Popen(
            [nginx(), "-c", str(main), "-p", str(folder), "-e", str(folder / "main-error.log")],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until = time.monotonic() + 20
        while not self._answers(port):
            assert self._process.poll() is None, (folder / "main-error.log").read_text()
            assert time.monotonic() < until
            time.sleep(0.02)

    def _answers(self, port: int) -> bool:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/health/live", timeout=5).close()
        except urllib.error.HTTPError:
            return True
        except OSError:
            return False
        return True

    def written(self) -> str:
        """All that it logged."""
        return "".join(path.read_text() for path in self.folder.glob("*.log"))

    def close(self) -> None:
        self._process.terminate()
        self._process.wait(timeout=20)
