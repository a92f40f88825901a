"""Drawing a document reads the app's own fonts and images, and nothing else of the machine or the net."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from intake.documents.fetching import StaticFiles
from intake.resources import resource_dir

REFUSED = [
    *("file:///etc/passwd", "http://localhost/x.png", "https://evil.example/x.svg", "ftp://evil.example/x.png"),
    *("//evil.example/x.png", "data:image/png;base64,AAAA", "static:../setup.cfg", "static:../../etc/x.png"),
    *("static:fonts/../../x.png", "static:/etc/x.png", "static:///etc/x.png", "static:%2e%2e/x.png", "static:"),
    *("STATIC:icon.svg", " static:icon.svg", "static:app.js", "static:\x00.png", "javascript:alert(1)", ""),
]  # fmt: skip
DRAWS = """
import sys
from pathlib import Path
from jinja2 import DictLoader
from intake.documents import rendering

page = '''<html lang="en"><head><title>x</title>
<link rel="stylesheet" href="http://127.0.0.1:9/x.css"><link rel="stylesheet" href="file://{outside}/x.css">
<style>@import "file://{outside}/x.css"; @font-face {{ font-family: x; src: url(file://{outside}/x.ttf) }}
body {{ background: url(file://{outside}/x.png); font-family: x }}
li {{ list-style: url(//127.0.0.1:9/x.png) }}</style></head>
<body><img src="file://{outside}/x.png"><img src="http://127.0.0.1:9/x.png"><img src="data:image/png;base64,AAAA">
<img src="static:../../x.png"><img src="static:icon.svg"><object data="file://{outside}/x.svg"></object>
<embed src="ftp://127.0.0.1:9/x">
<iframe src="file://{outside}/x.png"></iframe><a rel="attachment" href="file://{outside}/x.png">x</a>
<svg><image href="file://{outside}/x.png"/><use href="http://127.0.0.1:9/x.svg#a"/></svg><li>x</li></body></html>'''
page = page.replace("{{", "{").replace("}}", "}").replace("{outside}", sys.argv[1])
environment = rendering.environment()
environment.loader = DictLoader({"warm.html": "<p>ñ</p>", "page.html": page})
rendering.render_pdf("warm.html", "Letter")
seen = []
def watch(event, args):
    if event in ("open", "socket.connect", "socket.getaddrinfo", "socket.__new__", "subprocess.Popen", "os.system"):
        seen.append((event, str(args[0])))
sys.addaudithook(watch)
pdf = rendering.render_pdf("page.html", "Letter")
assert pdf.startswith(b"%PDF")
for event, what in seen:
    print(event, what)
"""


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What was opened while a document was drawn that asks for everything."""
    outside = tmp_path_factory.mktemp("outside")
    for name in ("x.css", "x.ttf", "x.png", "x.svg"):
        (outside / name).write_text("body { color: red }", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", DRAWS, str(outside)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout.splitlines()


def test_a_document_opens_no_file_outside_and_no_line_to_anywhere(opened: list[str]) -> None:
    static = resource_dir("static")
    files = [Path(line.removeprefix("open ")) for line in opened if line.startswith("open ")]
    assert [line for line in opened if not line.startswith("open ")] == []
    assert static / "icon.svg" in files, "the watch works: its own image was read"
    libraries = {
        path for path in files if "site-packages" in path.parts or "encodings" in path.parts
    }
    known = (static, resource_dir("templates"), Path("/usr/share/fonts"), Path("/etc/fonts"))
    others = set(files) - libraries
    assert [path for path in others if not any(path.is_relative_to(one) for one in known)] == []


@pytest.mark.parametrize("url", REFUSED, ids=ascii)
def test_another_address_is_refused(url: str) -> None:
    with pytest.raises((ValueError, OSError)):
        StaticFiles(resource_dir("static")).fetch(url)


def test_a_link_that_leads_outside_is_refused(tmp_path: Path) -> None:
    static, secret = tmp_path / "static", tmp_path / "secret.png"
    static.mkdir()
    secret.write_bytes(b"secret")
    (static / "x.png").symlink_to(secret)
    (static / "deep").symlink_to(tmp_path)
    for name in ("x.png", "deep/secret.png"):
        with pytest.raises(ValueError, match="reads no files"):
            StaticFiles(static).fetch(f"static:{name}")
    assert secret.read_bytes() == b"secret"
