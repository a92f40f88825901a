"""People who save over HTTP without pause, and remember what they were told is saved."""

from __future__ import annotations

import http.client
import random
import re
import threading
import urllib.parse
from dataclasses import dataclass, field

from intake.commands.demo import PASSWORD
from tests.conftest import form_fields

CUT_OFF, REFUSED = 0, -1
"""In place of a status: the connection broke before an answer came; nobody listened."""


@dataclass(frozen=True)
class Save:
    """One save as it was sent."""

    operation: str
    number: str
    check: str
    note: str


class Browser:
    """The least of a browser: cookies, forms, no redirects followed."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookies: dict[str, str] = {}

    def send(self, path: str, fields: dict[str, object] | None = None) -> tuple[int, str, str]:
        """Status, page and where it leads. Raises OSError or HTTPException where no answer comes."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=15)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        body = None
        if fields is not None:
            body = urllib.parse.urlencode(fields, doseq=True)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            connection.request("GET" if fields is None else "POST", path, body, headers)
            response = connection.getresponse()
            page = response.read().decode()
        finally:
            connection.close()
        for name, value in response.getheaders():
            if name.lower() == "set-cookie":
                pair = value.split(";")[0].split("=", 1)
                self.cookies[pair[0]] = pair[1]
        return response.status, page, response.getheader("Location") or ""

    def sign_in(self, name: str) -> None:
        """Signs a demo person in."""
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)', self.send("/sign-in")[1])
        assert token
        typed = {"email": f"{name}@intake.example", "password": PASSWORD, "csrf_token": token[1]}
        status, page, _there = self.send("/sign-in", dict(typed))
        assert status == 302, page


@dataclass
class Client(threading.Thread):
    """Somebody who saves note after note on one check, each until it is acknowledged."""

    port: int
    who: str
    number: str
    check: str
    seed: int
    sent: list[Save] = field(default_factory=list)
    kept: list[Save] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)
    """The statuses of answers that were no acknowledgement."""
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(daemon=True)
        self.browser = Browser(self.port)
        self.posting = threading.Event()
        self.ending = threading.Event()
        self.paused = threading.Event()
        self.chance = random.Random(self.seed)  # noqa: S311 - a test that can be repeated

    def __hash__(self) -> int:
        return id(self)

    def run(self) -> None:
        try:
            while not self.ending.is_set():
                self._save_one()
        except Exception as fault:
            self.faults.append(repr(fault))

    def _save_one(self) -> None:
        path = f"/cases/{self.number}/sections/{self.check.split('.')[0]}"
        fields = self._form(path)
        if fields is None:
            return
        note = f"{self.who} {len(self.sent)} {self.chance.getrandbits(64):016x}"
        save = Save(str(fields["operation"]), self.number, self.check, note)
        self.sent.append(save)
        fields |= {self.check: "partly", f"{self.check}.note": note}
        while True:
            try:
                self.posting.set()
                status, page, _there = self.browser.send(path, fields)
            except ConnectionRefusedError:
                status, page = REFUSED, ""
            except (OSError, http.client.HTTPException):
                status, page = CUT_OFF, ""
            finally:
                self.posting.clear()
            if status == 302:
                self.kept.append(save)
                return
            if status not in (REFUSED, CUT_OFF, 503):
                raise AssertionError(f"{status} for {save}: {page[:3000]}")
            if status == 503:
                assert form_fields(page)[f"{self.check}.note"] == note, "what was typed is lost"
            self.refused.append(status)
            if self.ending.wait(0.3 if status == 503 else 0.02):
                return

    def _form(self, path: str) -> dict[str, object] | None:
        while not self.ending.is_set():
            try:
                status, page, _there = self.browser.send(path)
            except (OSError, http.client.HTTPException):
                status, page = CUT_OFF, ""
            if status == 200:
                return form_fields(page)
            if status not in (CUT_OFF, 503):
                raise AssertionError(f"{status} for {path}: {page[:3000]}")
            self.ending.wait(0.3 if status == 503 else 0.02)
        return None


PLACES = (
    ("ana", "TAP-2026-0001", "rights.informed"),
    ("ana", "TAP-2026-0001", "participation.heard"),
    ("beto", "TAP-2026-0004", "rights.language"),
    ("carmen", "TIJ-2026-0001", "rights.informed"),
)
"""Two of them work on one case at once."""


def clients(port: int, seed: int) -> list[Client]:
    """The clients, signed in, not saving yet."""
    found = [Client(port, *place, seed=seed + number) for number, place in enumerate(PLACES)]
    for client in found:
        client.browser.sign_in(client.who)
    return found


def stop(running: list[Client]) -> None:
    """Lets each client end. Raises AssertionError where one met anything but an acknowledgement or a kill."""
    for client in running:
        client.ending.set()
    for client in running:
        client.join(60)
    assert [client.faults for client in running] == [[] for _ in running]
