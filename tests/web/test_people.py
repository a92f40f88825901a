"""The administrator's pages: people are invited, changed and shut out, and links work once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_security.recoverable import generate_reset_password_token
from freezegun import freeze_time

from intake.mail import Post
from tests.conftest import Person
from tests.web.doors import audited, enter, post, rows, set_up_app, strict_app, user

NEW = "cactus nube tren lima"
ROSA = {
    "email": "rosa@albergue.example",
    "name": "Rosa Iturbe",
    "role": "caseworker",
    "team": "Albergue Tapachula",
    "language": "es",
}
