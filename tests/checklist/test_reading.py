"""YAML as values that know their line, and the sentence that says where to look."""

from __future__ import annotations

from pathlib import Path

import pytest

from intake.checklist.reading import RulesError, Source, read_files, read_source


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "a.yaml"


def source(file: Path) -> Source:
    return read_source(file, file.read_bytes())


def problems(file: Path, content: str) -> list[str]:
    file.write_text(content, encoding="utf-8")
    with pytest.raises(RulesError) as refused:
        source(file)
    assert str(refused.value) == "\n".join(refused.value.problems)
    return [problem.removeprefix(str(file)) for problem in refused.value.problems]


def test_every_place_has_its_line(file: Path) -> None:
    file.write_text("# first\na: 1\nb:\n  - x\n  - c: y\n", encoding="utf-8")
    found = source(file)
    assert found.value == {"a": 1, "b": ["x", {"c": "y"}]}
    assert found.lines == {
        (): 2,
        ("a",): 2,
        ("b",): 3,
        ("b", 0): 4,
        ("b", 1): 5,
        ("b", 1, "c"): 5,
    }


@pytest.mark.parametrize(
    ("place", "line", "key"),
    [
        (("a", "b"), 7, "a.b"),
        (("a", "b", "c"), 7, "a.b.c"),
        (("a", "b", "c", 3), 7, "a.b.c.3"),
        (("a", "x"), 5, "a.x"),
        (("x",), 2, "x"),
        ((), 2, "(file)"),
    ],
)
def test_a_problem_is_told_at_the_nearest_line_that_is_known(
    place: tuple[str | int, ...], line: int, key: str
) -> None:
    known = Source(Path("r.yaml"), None, {(): 2, ("a",): 5, ("a", "b"): 7})
    assert known.problem(place, "why") == f"r.yaml:{line}: {key}: why"


def test_a_problem_of_a_file_without_lines_is_told_at_its_first() -> None:
    assert Source(Path("r.yaml"), None).problem(("a",), "why") == "r.yaml:1: a: why"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("# nothing\n", [":1: (file): the file is empty"]),
        ("a: &x 1\nb: *x\n", [":2: b: an alias: write the value out"]),
        ("a: 1\na: 2\n", [":2: a: the key stands twice"]),
        ("? [a]\n: 1\n? [b]\n: 2\n", [":1: (file): a key must be one word"] * 2),
        ("a: [\n", [":2: (file): did not find expected node content"]),
        ("a: 1\n b: 2\n", [":2: (file): mapping values are not allowed in this context"]),
    ],
)
def test_each_problem_is_told_in_these_words(file: Path, content: str, told: list[str]) -> None:
    assert problems(file, content) == told


@pytest.mark.parametrize("depth", [101, 3_000, 100_000])
@pytest.mark.parametrize("mark", ["[]", "{}"])
def test_a_file_that_is_nested_too_deeply_is_told(file: Path, depth: int, mark: str) -> None:
    opening = {"[]": "[", "{}": "{a: "}[mark]
    found = problems(file, opening * depth + mark[1] * depth)
    assert found == [":1: (file): nested too deeply"]


def test_what_was_closed_before_does_not_count_for_the_depth(file: Path) -> None:
    found = problems(file, "[" * 50 + "[], " + "[" * 51 + "]" * 101)
    assert found == [":1: (file): nested too deeply"]
    file.write_text("[" + "[], " * 500 + "]", encoding="utf-8")
    assert len(source(file).value) == 500


def test_a_file_may_be_nested_a_hundred_levels_deep(file: Path) -> None:
    file.write_text("[[1], " + "[" * 99 + "]" * 99 + "]", encoding="utf-8")
    assert source(file).value[0] == [1]


def test_what_is_no_text_of_yaml_has_its_words(file: Path) -> None:
    (found,) = problems(file, "a: \x07\n")
    assert found.startswith(":1: (file): ")
    assert found.endswith(("control characters are not allowed", "not readable as YAML"))


@pytest.mark.parametrize(
    ("content", "value"),
    [
        ("a: |\n  12\n  true\n", "12\ntrue\n"),
        ("a: >\n  12\n", "12\n"),
        ("a: >-\n  true\n", "true"),
        ("a: |-\n  12\n", "12"),
        ("a: '12'\n", "12"),
        ('a: "~"\n', "~"),
        ("a: null\n", None),
        ("a: ~\n", None),
        ("a:\n", None),
        ("a: Null\n", "Null"),
        ("a: NULL\n", "NULL"),
        ("a: 123456789\n", 123456789),
        ("a: 1234567890\n", "1234567890"),
        ("a: -12345678\n", -12345678),
        ("a: -123456789\n", "-123456789"),
        ("a: +7\n", 7),
        ("a: 1.5\n", "1.5"),
        ("a: True\n", "True"),
    ],
)
def test_a_value_is_what_it_looks_like(file: Path, content: str, value: object) -> None:
    file.write_text(content, encoding="utf-8")
    found = source(file).value["a"]
    assert found == value
    assert type(found) is type(value)


def test_a_place_without_a_line_is_told_at_the_nearest_one_around_it() -> None:
    read = Source(Path("a.yaml"), None, {(): 1, ("a",): 2, ("a", "b"): 3})
    assert read.problem(("a", "b", "c", "d"), "bad") == "a.yaml:3: a.b.c.d: bad"
    assert read.problem(("x", "y"), "bad") == "a.yaml:1: x.y: bad"
    assert Source(Path("a.yaml"), None).problem((), "bad") == "a.yaml:1: (file): bad"


def test_files_are_read_in_the_order_of_their_names_with_slashes(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    for name in ("a/b.yaml", "a.yaml", "b.yaml", "c.txt"):
        (tmp_path / name).write_text("x: 1\n", encoding="utf-8")
    assert list(read_files(tmp_path)) == ["a.yaml", "a/b.yaml", "b.yaml"]


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").mkdir()
    with pytest.raises(RulesError) as refused:
        read_files(tmp_path)
    assert refused.value.problems == (f"{tmp_path}/a.yaml:1: (file): Is a directory",)
