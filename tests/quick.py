"""What comes out the same for the app of every test is worked out once in a process, not once in a test."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import jinja2
from flask import Flask
from jinja2.bccache import Bucket
from werkzeug.routing import Rule

from intake.checklist.loading import build_register
from intake.checklist.reading import RulesFiles
from intake.checklist.register import Register
from intake.services import registers
from intake.web import sign_in_settings


class Compiled(jinja2.BytecodeCache):
    """Templates as they were compiled for an app before; one that changed is another one."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        code = self.kept.get((bucket.key, bucket.checksum))
        if code is not None:
            bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.kept[bucket.key, bucket.checksum] = bucket.bytecode_to_string()


_built: dict[tuple[frozenset[tuple[str, bytes]], Path, bool], Register] = {}


def build_once(files: RulesFiles, label: Path, *, complete: bool = False) -> Register:
    """As ``build_register``; the same files give the same register, which nobody can change."""
    key = (frozenset(files.items()), label, complete)
    if key not in _built:
        _built[key] = build_register(files, label, complete=complete)
    return _built[key]


_builders: dict[object, Callable[..., tuple[str, str]]] = {}
_compile_builder = Rule._compile_builder


def compile_once(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
    """As werkzeug's own, of which there is no public name; the same rule gives the same function of itself."""
    key = (tuple(rule._trace), repr(rule.defaults), frozenset(rule.arguments), append_unknown)
    if key not in _builders:
        _builders[key] = _compile_builder(rule, append_unknown)
    return _builders[key]


HASHING: Mapping[str, int] = dict(sign_in_settings.HASHING)
"""What a password's hash costs outside of the tests."""


def make_quick() -> None:
    """Has every app that is made in this process from now on use what others worked out."""
    Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": Compiled()}
    Rule._compile_builder = compile_once  # type: ignore[method-assign]
    registers.build_register = build_once  # type: ignore[attr-defined]
    # the hash is made to be slow; hundreds of tests sign in
    sign_in_settings.HASHING.update(
        argon2__memory_cost=8 * 4, argon2__time_cost=1, argon2__parallelism=4
    )
