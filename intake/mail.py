"""Mail that holds a link and nothing of any case: plain text, in the reader's language, over an encrypted line."""

from __future__ import annotations

import logging
import smtplib
import ssl
import threading
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from urllib.parse import unquote, urlsplit

PATIENCE = 20
HERE = ("localhost", "127.0.0.1", "::1")
log = logging.getLogger("intake")


@dataclass(frozen=True)
class Post:
    """The mail server, and the address mails come from."""

    url: str
    sender: str

    def send(self, to: str, subject: str, text: str) -> bool:
        """Sends one mail; says whether the server took it."""
        message = EmailMessage()
        message["From"], message["To"] = self.sender, to
        message["Subject"] = subject
        message["Date"] = formatdate()
        message["Message-ID"] = make_msgid(domain=self.sender.rpartition("@")[2].strip("> "))
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(text)
        try:
            with self._server() as server:
                server.send_message(message)
        except (OSError, smtplib.SMTPException) as error:
            log.error("a mail could not be sent: %s", type(error).__name__)
            return False
        return True

    def send_later(self, to: str, subject: str, text: str) -> None:
        """Sends beside the request, so that its duration does not tell whether there was anybody to write to."""
        threading.Thread(target=self.send, args=(to, subject, text), daemon=True).start()

    def _server(self) -> smtplib.SMTP:
        parts = urlsplit(self.url)
        host, trust = parts.hostname or "", ssl.create_default_context()
        server: smtplib.SMTP
        if parts.scheme == "smtps":
            server = smtplib.SMTP_SSL(host, parts.port or 465, timeout=PATIENCE, context=trust)
        else:
            server = smtplib.SMTP(host, parts.port or 587, timeout=PATIENCE)
            # a line that leaves this machine is encrypted or not used
            if host not in HERE:
                server.starttls(context=trust)
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        return server
