"""What is sealed opens where it was sealed, under the key it was sealed with, and nowhere else."""

from __future__ import annotations

import os

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from intake.vault import KeyMissing, Place, SealBroken, Vault, key_id_of, wrapped_under

OLD, NEW = b"o" * 32, b"n" * 32
HERE = Place("comment.sealed", "case-1", "row-1")


def sealed() -> tuple[Vault, bytes, bytes]:
    vault = Vault(OLD)
    wrapped = vault.new_case_key("case-1")
    return vault, wrapped, vault.seal(wrapped, HERE, {"text": "Lluvia"})


def test_it_opens_where_it_was_sealed() -> None:
    vault, wrapped, content = sealed()
    assert vault.open(wrapped, HERE, content) == {"text": "Lluvia"}
    assert wrapped_under(wrapped) == key_id_of(OLD) == vault.primary


@pytest.mark.parametrize(
    "place",
    [
        Place("comment.sealed", "case-1", "row-2"),
        Place("comment.sealed", "case-1"),
        Place("review.sealed", "case-1", "row-1"),
        Place("comment.text", "case-1", "row-1"),
        Place("child_case.document", "case-1"),
        Place("comment.sealed", "case-2", "row-1"),
    ],
)
def test_it_opens_in_no_other_row_table_or_column(place: Place) -> None:
    vault, wrapped, content = sealed()
    with pytest.raises(SealBroken):
        vault.open(wrapped, place, content)


def test_a_case_key_opens_in_no_other_case() -> None:
    vault, wrapped, content = sealed()
    with pytest.raises(SealBroken):
        vault.rewrap(wrapped, "case-2", vault.primary)
    with pytest.raises(SealBroken):
        vault.open(vault.new_case_key("case-1"), HERE, content)


def test_no_byte_can_be_altered_left_out_or_added() -> None:
    vault, wrapped, content = sealed()
    for place in range(len(content)):
        altered = bytearray(content)
        altered[place] ^= 1
        with pytest.raises(SealBroken):
            vault.open(wrapped, HERE, bytes(altered))
        with pytest.raises(SealBroken):
            vault.open(wrapped, HERE, content[:place])
    with pytest.raises(SealBroken):
        vault.open(wrapped, HERE, content + b"\0")
    for place in range(len(wrapped)):
        altered = bytearray(wrapped)
        altered[place] ^= 1
        with pytest.raises(SealBroken):
            vault.open(bytes(altered), HERE, content)


def test_both_keys_open_while_one_takes_over_from_the_other() -> None:
    vault, wrapped, content = sealed()
    both = Vault(NEW, OLD)
    assert both.open(wrapped, HERE, content) == {"text": "Lluvia"}
    moved = both.rewrap(wrapped, "case-1", both.primary)
    assert Vault(NEW).open(moved, HERE, content) == {"text": "Lluvia"}
    with pytest.raises(KeyMissing, match=key_id_of(NEW)):
        vault.open(moved, HERE, content)


def test_a_running_program_finds_a_key_that_was_put_beside_its_own() -> None:
    given = [OLD]
    vault = Vault(OLD, reread=lambda: tuple(given))
    moved = Vault(NEW).new_case_key("case-1")
    with pytest.raises(KeyMissing):
        vault.rewrap(moved, "case-1", vault.primary)
    given.append(NEW)
    assert wrapped_under(vault.rewrap(moved, "case-1", vault.primary)) == key_id_of(OLD)


def test_what_was_sealed_before_keys_had_ids_still_opens() -> None:
    case_key = AESGCM.generate_key(bit_length=256)

    def earlier(key: bytes, content: bytes, bound: str) -> bytes:
        nonce = os.urandom(12)
        return b"\x01" + nonce + AESGCM(key).encrypt(nonce, content, bound.encode())

    wrapped = earlier(OLD, case_key, "case-key:case-1")
    document = earlier(case_key, b'{"a":1}', "case-1")
    comment = earlier(case_key, b'{"text":"b"}', "case-1/row-1")
    vault = Vault(NEW, OLD)
    assert vault.open(wrapped, Place("child_case.document", "case-1"), document) == {"a": 1}
    assert vault.open(wrapped, HERE, comment) == {"text": "b"}
    assert Vault(NEW).open(vault.rewrap(wrapped, "case-1", vault.primary), HERE, comment)
    for place in (Place("comment.sealed", "case-1", "row-2"), Place("x.y", "case-2", "row-1")):
        with pytest.raises(SealBroken):
            vault.open(wrapped, place, comment)
    with pytest.raises(SealBroken, match="no master key"):
        Vault(NEW).open(wrapped, HERE, comment)


def test_an_id_says_nothing_of_its_key_and_each_purpose_has_its_own() -> None:
    vault = Vault(OLD)
    assert bytes.fromhex(vault.primary) not in OLD
    assert len({vault.derive(purpose, vault.primary) for purpose in ("a", "b", "c")} | {OLD}) == 4
