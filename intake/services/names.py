"""Cases found by the child's name through a keyed index, never by opening them.

A name becomes tokens: each word without case and accents, and its beginnings of three letters or more. What is kept
of a token is its HMAC-SHA-256 under a key derived from the master key, so nobody without that key can look a name up
or make a token. A rotation of the master key makes them anew.

What the index tells whoever reads the database without the key: that two cases of one team share a word or its
beginning, and within how many steps of sixteen the names' length lies. How that is bounded: tokens are keyed by team
as well, so names cannot be compared or counted across teams; each case is filled up with decoys that nobody can tell
from tokens; nothing says which token is a whole word, how long it is, or in which order the words stood.

Letters: ñ counts as n. Names reach a case from keyboards and papers that have no ñ, and a child who is not found costs
more than a Pena among the Peñas. Apostrophes and the saltillo of Mayan names are left out (K'iche', Kꞌicheꞌ and
Kiche are one), and the parts they separate count as words too. "de la Cruz" is found as Cruz and as Delacruz.
"""

from __future__ import annotations

import hmac
import re
import unicodedata
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, false, insert, select
from sqlalchemy.orm import aliased

from intake.models import Case, MasterKey, NameToken, Team
from intake.services.desk import Desk
from intake.services.few import Among, among
from intake.vault import KeyMissing, wrapped_under

PURPOSE = "intake/names"
SHORTEST, LONGEST = 3, 12
"""Letters of the beginnings that are kept; a shorter word is kept whole, of a longer one its first twelve count."""
STEP = 16
"""Tokens are filled up with decoys to a multiple of this."""
MOST_WORDS = 8
PARTICLES = frozenset({"da", "das", "de", "del", "do", "dos", "du", "e", "el", "la", "las"}) | {
    "los", "van", "von", "y",
}  # fmt: skip
"""Words that join names: passed over, unless a name is made of nothing else."""
_APOSTROPHES = str.maketrans(dict.fromkeys("’‘`´ʼʻʽʾʿʔꞌꞋ′＇", "'"))
_UNSEEN = frozenset({"Mn", "Mc", "Me", "Cf"})
"""Accents and other marks on a letter, and signs that only steer how text is shown."""
_PLAIN = str.maketrans(
    {"æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "ħ": "h"}
)


def words_of(name: str) -> list[str]:
    """The words of a name without case and accents; apostrophes inside a word stay, as one kind."""
    text = unicodedata.normalize("NFKD", name.translate(_APOSTROPHES).casefold())
    text = "".join(mark for mark in text if unicodedata.category(mark) not in _UNSEEN)
    return re.findall(r"[^\W_]+(?:'[^\W_]+)*", text.translate(_PLAIN))


def tokens_of(names: list[str]) -> set[str]:
    """The tokens by which somebody of these names is found."""
    found: set[str] = set()
    for name in names:
        for word, joined in _with_particles(words_of(name)):
            for whole in {word.replace("'", ""), joined.replace("'", ""), *word.split("'")}:
                ends = range(min(len(whole), SHORTEST), min(len(whole), LONGEST) + 1)
                found |= {whole[:end] for end in ends}
    return found


def asked_for(typed: str) -> list[set[str]]:
    """What was typed as tokens: of each set, a case must have one."""
    words = _with_particles(words_of(typed)[:MOST_WORDS])
    return [{part.replace("'", "")[:LONGEST] for part in pair} for pair in words]


def key_held(desk: Desk) -> str:
    """The id of the master key in force, which no other replaces before this transaction ends. Raises KeyMissing."""
    held = select(MasterKey.key_id).where(MasterKey.id == 1).with_for_update(read=True)
    key_id = desk.session.scalar(held) or desk.vault.primary
    if not desk.vault.knows(key_id):
        raise KeyMissing(key_id)
    return key_id


def index_names(desk: Desk, case: Case, document: dict[str, Any]) -> None:
    """Keeps the tokens of the child's names beside the case, in the transaction under way, under the key in force.

    The case's own key is brought under that master key too, so both always go together.
    """
    session, vault = desk.session, desk.vault
    key_id = key_held(desk)
    if wrapped_under(case.wrapped_key) != key_id:
        case.wrapped_key = vault.rewrap(case.wrapped_key, case.id, key_id)
    wanted = name_digests(vault.derive(PURPOSE, key_id), case.team_id, case.id, document)
    kept = set(session.scalars(select(NameToken.digest).where(NameToken.case_id == case.id)))
    if gone := kept - wanted:
        session.execute(
            delete(NameToken).where(NameToken.case_id == case.id, NameToken.digest.in_(gone))
        )
    if new := wanted - kept:
        session.execute(
            insert(NameToken), [{"digest": digest, "case_id": case.id} for digest in sorted(new)]
        )


def name_digests(key: bytes, team_id: int, case_id: str, document: dict[str, Any]) -> set[bytes]:
    """What is kept of the child's names, filled up with decoys."""
    names = [str(name) for name in document["identity"].values() if name]
    wanted = {_digest(key, team_id, token) for token in tokens_of(names)}
    decoys = -len(wanted) % STEP if wanted else STEP
    return wanted | {_digest(key, case_id, str(number)) for number in range(decoys)}


def called(desk: Desk, typed: str) -> ColumnElement[bool]:
    """The condition of cases whose child has the words typed, as ``named`` finds them in every team."""
    return named(desk, typed).condition


def named(desk: Desk, typed: str, team_id: int | None = None) -> Among:
    """The cases whose child has all the words typed, in any order, each in full or from its beginning.

    Of that team only, where one is said: then nothing is read of others.
    """
    session, vault = desk.session, desk.vault
    if key_id := session.scalar(select(MasterKey.key_id).where(MasterKey.id == 1)):
        vault.knows(key_id)  # another process may have begun to replace the key
    keys = [vault.derive(PURPOSE, known) for known in vault.key_ids]
    teams = session.scalars(select(Team.id)).all() if team_id is None else [team_id]
    having: Select[str] | None = None
    for tokens in asked_for(typed):
        row = aliased(NameToken)
        digests = [_digest(key, team, token) for key in keys for team in teams for token in tokens]
        one = select(row.case_id).where(row.digest.in_(digests)).distinct()
        having = one if having is None else one.where(row.case_id.in_(having))
    if having is None:
        return Among(false(), few=True)
    return among(desk, having)


def _with_particles(words: list[str]) -> Iterator[tuple[str, str]]:
    """Each word that counts, alone and joined to the particles before it."""
    if all(word in PARTICLES for word in words):
        yield from ((word, word) for word in words)
        return
    before = ""
    for joins, group in groupby(words, PARTICLES.__contains__):
        if joins:
            before = "".join(group)
            continue
        for word in group:
            yield word, before + word
            before = ""


def _digest(key: bytes, scope: int | str, text: str) -> bytes:
    return hmac.digest(key, f"{scope}\0{text}".encode(), "sha256")[:16]
