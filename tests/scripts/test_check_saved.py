"""The script that kills a college at work: it finds nothing wrong here, and it would tell."""

from contextlib import closing
from pathlib import Path

import pytest

from catalog import Store
from catalog.choices import State
from scripts.check_saved import Kills
from scripts.saving import Act
from tests.scripts.calls import call


@pytest.mark.slow
def test_killed_six_times_nothing_is_lost_or_half_saved(tmp_path: Path) -> None:
    done = call("check_saved", "--times", 6, "--seed", 5, home=tmp_path)

    assert done.exit_code == 0, done.output
    lines = done.stdout.splitlines()
    assert lines[0].split() == ["killed", "while", "kills", "saved"]
    assert sum(int(line.split()[-2]) for line in lines[1:9]) == 6
    assert lines[-1].endswith("nothing lost, nothing half saved.")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_what_is_lost_is_told_in_a_sentence(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'korme.db'}"
    kills = Kills(url, 1)
    with closing(Store(url)) as store:
        # Promised, and never saved.
        kills._promised(Act.PUBLISHING, "ZZZZZZ")
        kills._imports.add("abc")
        kills._check(store, [(Act.AUTOSAVING, "Жазба 1"), "Жазба 1"], None)

    assert kills._entries == {"ZZZZZZ": State.PUBLISHED}
    assert kills.differences == [
        "After kill 0: ZZZZZZ should be published and is None.",
        "After kill 0: What is public isn't what was published.",
        "After kill 0: Of 'Жазба 1' there are 0, twice 0.",
        "After kill 0: An import is there in part, or not at all.",
    ]
