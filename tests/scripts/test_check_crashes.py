"""The script that kills: it finds nothing wrong here, and it would tell."""

from contextlib import closing
from pathlib import Path
from random import Random

import pytest

from catalog import Store
from catalog.codes import is_code
from index import Document, SearchIndex, Text
from index.words import analyze_row, prefix_term
from scripts.check_crashes import Crashes
from scripts.crashing import (
    FEWEST,
    MOST,
    SIZES,
    Shown,
    Step,
    Verb,
    code_of,
    next_step,
    row_of,
    save,
    settings_of,
    title_of,
)
from tests.scripts.calls import call


@pytest.mark.slow
def test_killed_eight_times_the_index_equals_the_catalog_after_each_start(tmp_path: Path) -> None:
    done = call("check_crashes", "--times", 8, "--seed", 3, home=tmp_path)

    assert done.exit_code == 0, done.output
    lines = done.stdout.splitlines()
    assert lines[0].split() == ["killed", "while", "kills"]
    assert sum(int(line.split()[-1]) for line in lines[1:9]) == 8
    assert lines[-1] == "After every start the index equalled the catalog."
    # The home that the shell names is left alone.
    assert list(tmp_path.iterdir()) == []


@pytest.fixture(scope="module")
def crashes(tmp_path_factory: pytest.TempPathFactory) -> Crashes:
    """A fair that was never killed."""
    return Crashes(tmp_path_factory.mktemp("crashes"), 1)


def saved(crashes: Crashes, step: Step) -> None:
    """Save a step and let the script know of it."""
    with closing(Store(settings_of(crashes._home).database)) as store:
        save(store, step)
    crashes._shown = crashes._shown.after(step)


@pytest.mark.slow
def test_what_is_wrong_is_told_in_a_sentence(
    crashes: Crashes, monkeypatch: pytest.MonkeyPatch
) -> None:
    crashes._check(None, {})
    assert crashes.differences == []
    (code, title), *_ = crashes._shown.public.items()
    cancel = Step(Verb.CANCEL, {code: title})
    saved(crashes, cancel)

    with monkeypatch.context() as patch:
        # An index that takes the number of a revision and forgets its changes.
        real = SearchIndex.update
        patch.setattr(
            SearchIndex,
            "update",
            lambda self, changed, removed, revision, token: real(
                self, [], [], revision, token=token
            ),
        )
        crashes._check(None, cancel.titles)

    assert crashes.differences[0] == f"After kill 0: The index and the catalog differ in {code}."
    assert crashes.differences[-1] == f"After kill 0: {title!r} ({code}) finds {code}."
    crashes.differences.clear()
    crashes._check(None, cancel.titles)
    assert crashes.differences == []

    crashes._shown = crashes._shown.after(Step(Verb.RESTORE, cancel.titles))
    crashes._check(None, {})
    assert crashes.differences == ["The catalog doesn't hold what was saved."]


def test_steps_leave_neither_too_few_nor_too_many_exhibits() -> None:
    shown = Shown().after(
        Step(Verb.PUBLISH, {code_of(n): title_of(n) for n in range(1, FEWEST + 1)})
    )
    chance, number, verbs, sizes = Random(1), FEWEST, set[Verb](), set[int]()

    for _ in range(1000):
        step = next_step(shown, chance, number)
        number += len(step.titles)
        known = {**shown.public, **shown.cancelled}
        assert (step.titles.keys() <= known.keys()) == (step.verb is not Verb.PUBLISH)
        shown = shown.after(step)
        assert FEWEST <= len(shown.public) <= MOST
        verbs.add(step.verb)
        sizes.add(len(step.titles))

    assert verbs == set(Verb)
    assert sizes.issuperset(SIZES)


def test_codes_and_titles_are_all_different() -> None:
    numbers = range(1, 30_000)

    assert all(is_code(code_of(number)) for number in numbers)
    assert len({code_of(number) for number in numbers}) == len(numbers)
    assert len({prefix_term(title_of(number).split()[1]) for number in numbers}) == len(numbers)


def test_all_bodies_are_of_one_length() -> None:
    rows = [row_of(code_of(number), title_of(number)) for number in range(1, 300)]
    texts = [Text("ru", str(row["title_ru"]), body=str(row["description_ru"])) for row in rows]

    lengths = {analyze_row(Document("A", (text,)), text, []).length for text in texts}

    assert len(lengths) == 1
