"""Names are found as people type them, by whoever may see the case, and never by opening one."""

from __future__ import annotations

import uuid

import pytest
from sqlalchemy import delete, func, select

from intake.models import (
    Base,
    Case,
    NameToken,
    Team,
    User,
)
from intake.services.desk import Desk
from intake.services.names import STEP, called, index_names, tokens_of, words_of
from intake.services.rights import visible_cases
from intake.services.save import open_case
from intake.vault import Vault
from tests.services.conftest import find, put


def open_as(here: Desk, name: str, other: str = "", by: str = "ana") -> str:
    person = here.session.scalars(select(User).where(User.email == f"{by}@intake.example"))
    values = {"identity.name": name} | ({"identity.other_names": other} if other else {})
    return open_case(here, person.unique().one(), values, str(uuid.uuid4())).number


def found(here: Desk, typed: str, by: str = "ana") -> set[str]:
    query = select(User).where(User.email == f"{by}@intake.example")
    person = here.session.scalars(query).unique().one()
    return set(
        here.session.scalars(select(Case.number).where(visible_cases(person), called(here, typed)))
    )


@pytest.mark.parametrize(
    ("recorded", "typed"),
    [
        ("Xicoténcatl Pérez", "xicotencatl"),
        ("Xicoténcatl Pérez", "XICO"),
        ("Xicoténcatl Pérez", "per xic"),
        ("Marisol de la Cruz", "cruz marisol"),
        ("Marisol de la Cruz", "de la cruz"),
        ("Marisol de la Cruz", "Delacruz"),
        ("Marisol Delacruz", "de la Cruz"),
        ("Ixchel Ka'an Ch'ol", "kaan"),
        ("Ixchel Kaꞌan Chʼol", "ka’an ch'ol"),
        ("Ixchel Kaan Chol", "Ka'an"),
        ("Sean O'Connor", "connor"),
        ("Ángel Ñáñez Muñoz", "munoz nanez"),
        ("Angel Nanez Munoz", "Muñoz"),
        ("Mun\u0303oz", "mu\u00f1oz"),
        ("Ana-Lucía Gómez-Farías", "gomez farias analucia".replace("analucia", "lucia ana")),
        ("José María Xochitiotzin Cuauhtlehuanitzin", "cuauhtlehuan"),
        ("Straße Øst", "strasse ost"),
        ("Xi Li", "li"),
        ("María del Carmen y los Ángeles", "angeles carmen"),
    ],
)
def test_a_name_is_found_as_it_may_be_typed(here: Desk, recorded: str, typed: str) -> None:
    number = open_as(here, recorded)
    assert number in found(here, typed)


@pytest.mark.parametrize(
    "typed", ["xicotencatla", "alejandra", "perez lopez", "co", "%", "'", "¡!", "x" * 500]
)
def test_what_does_not_fit_is_not_found(here: Desk, typed: str) -> None:
    assert open_as(here, "Xicoténcatl Pérez Alejandro") not in found(here, typed)


def test_other_names_find_the_case_until_they_are_taken_away(here: Desk) -> None:
    number = open_as(here, "Darlin Reyes", "Yamileth, La Güera")
    assert found(here, "yamileth guera") == {number}
    put(here, number, {"identity.other_names": None, "identity.name": "Darlyn Reyes"})
    assert found(here, "yamileth") == set()
    assert number in found(here, "darlyn")


def test_only_cases_that_the_person_sees_are_found(here: Desk) -> None:
    number = open_as(here, "Citlali Tonantzin")
    assert found(here, "citlali") == found(here, "citlali", "sofia") == {number}
    for other in ("beto", "carmen", "david", "admin", "auditor"):
        assert found(here, "citlali", other) == set()


def test_a_case_that_moved_to_another_team_is_still_found(here: Desk) -> None:
    number = open_as(here, "Nicté Balam")
    with here.writing():
        case = find(here, number)
        case.team = here.session.scalars(select(Team).where(Team.prefix == "TIJ")).one()
        case.version += 1
    assert found(here, "balam", "david") == {number}


def test_a_name_leaves_nothing_that_tells_its_length_or_other_teams(here: Desk) -> None:
    short, long = open_as(here, "Xi"), open_as(here, "Guadalupe Hernández Montes de Oca")
    counts = {}
    for number in (short, long):
        query = select(NameToken.digest).where(NameToken.case_id == find(here, number).id)
        counts[number] = here.session.scalars(query).all()
        assert len(counts[number]) % STEP == 0
        assert all(len(digest) == 16 for digest in counts[number])
    twin = open_as(here, "Guadalupe Hernández Montes de Oca", by="carmen")
    query = select(NameToken.digest).where(NameToken.case_id == find(here, twin).id)
    assert not set(here.session.scalars(query)) & set(counts[long])


def test_tokens_come_and_go_with_the_save(here: Desk) -> None:
    number = open_as(here, "Itzel Canul")
    case_id = find(here, number).id
    query = select(NameToken.digest).where(NameToken.case_id == case_id)
    before = set(here.session.scalars(query))
    put(here, number, {"answers.rights.informed": {"value": "yes"}})
    assert set(here.session.scalars(query)) == before
    with pytest.raises(RuntimeError, match="power cut"), here.writing() as session:
        index_names(here, session.get_one(Case, case_id), {"identity": {"name": "Otra"}})
        raise RuntimeError("power cut")
    assert set(here.session.scalars(query)) == before
    with here.writing() as session:
        for table in reversed(Base.metadata.sorted_tables):
            if table.name not in ("child_case", "name_token") and "case_id" in table.columns:
                session.execute(delete(table).where(table.columns["case_id"] == case_id))
        session.execute(delete(Case).where(Case.id == case_id))
    counted = select(func.count()).select_from(NameToken).where(NameToken.case_id == case_id)
    assert here.session.scalar(counted) == 0


def test_nobody_without_the_key_can_make_a_token(here: Desk) -> None:
    number = open_as(here, "Quetzalli Uc")
    stranger = Desk(here.session, here.shelf, Vault(b"another key, of 32 bytes exactly"))
    assert found(here, "quetzalli") == {number}
    assert found(stranger, "quetzalli") == set()


def test_words_are_the_same_however_they_were_composed() -> None:
    assert words_of("JOSÉ") == words_of("José") == words_of("jose\u0301") == ["jose"]
    assert words_of("\u202eEv\u200be Cob") == ["eve", "cob"]
    assert tokens_of([""]) == set()
