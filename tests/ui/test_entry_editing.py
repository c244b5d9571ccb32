"""One's own windows on one entry: whichever writes, and whichever saves, nothing is lost."""

from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from catalog import Store, submissions
from catalog.choices import MemberRole
from catalog.drafts import Draft, DraftText
from catalog.errors import NotThere
from catalog.values import values_of
from tests.catalog.conftest import fair, loaded_fair  # noqa: F401
from tests.catalog.entries import COMPLETE, OPEN, written
from tests.catalog.people import Someone, someone
from ui.screens import entry_editing
from ui.screens.entry_editing import Editing, opened

TITLE = "Рука для сортировки"


@pytest.fixture
def catalog(fair: Store) -> Store:  # noqa: F811
    """The small fair."""
    return fair


@pytest.fixture
def editor(catalog: Store) -> Someone:
    return someone(catalog, MemberRole.EDITOR, college="temirqol")


@pytest.fixture(autouse=True)
def session(catalog: Store, monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """What Streamlit keeps of one window."""
    names = SimpleNamespace(colleges={"temirqol": None}, edition=SimpleNamespace(slug="fair"))
    wiring = SimpleNamespace(store=lambda: catalog, working_names=lambda edition: names)
    window = SimpleNamespace(session_state={}, query_params=Address())
    monkeypatch.setattr(entry_editing, "wiring", wiring)
    monkeypatch.setattr(entry_editing, "st", window)
    monkeypatch.setattr(entry_editing, "forget", lambda: None)
    monkeypatch.setattr(entry_editing, "_now", lambda: OPEN)
    return window


class Address(dict[str, str]):
    def from_dict(self, values: dict[str, str]) -> None:
        self.clear()
        self.update(values)


def window(who: Someone, **address: str) -> Editing:
    """Another window of somebody at an address."""
    entry_editing.st.session_state.clear()
    visit: Any = SimpleNamespace(parameters=address)
    person: Any = SimpleNamespace(id=who.id, roles=())
    return opened(visit, person)


def write(editing: Editing, who: Someone, **values: Any) -> None:
    editing.values = {**editing.values, **values}
    editing.keep(by=who.id, language="en")
    assert editing.refusal == ""


def kept(store: Store, editing: Editing, who: Someone) -> dict[str, Any]:
    assert editing.copy is not None
    with store.reading() as session:
        return values_of(submissions.copy_by_id(session, editing.copy.id, by=who.id).draft)


def test_two_windows_on_one_copy_keep_what_both_wrote(
    catalog: Store,
    editor: Someone,
) -> None:
    code = written(catalog, editor)
    one, two = window(editor, code=code), window(editor, code=code)

    write(one, editor, title_ru="Из первого окна", course=2)
    write(two, editor, summary_ru="Из второго окна.", course=3)
    write(one, editor, team_size=5)

    expected = {
        **values_of(COMPLETE), "title_ru": "Из первого окна", "summary_ru": "Из второго окна.",
        "course": 3, "team_size": 5,
    }  # fmt: skip
    assert kept(catalog, one, editor) == kept(catalog, two, editor) == expected
    assert one.values == one.kept == expected


def test_a_copy_saved_in_one_window_goes_on_in_the_other_without_undoing_it(
    catalog: Store,
    editor: Someone,
) -> None:
    code = written(catalog, editor)
    one, two = window(editor, code=code), window(editor, code=code)
    write(one, editor, title_ru="Сохранённое название")
    assert one.copy is not None
    submissions.save(catalog, one.copy.id, by=editor.id, now=OPEN)

    write(two, editor, course=4)

    assert kept(catalog, two, editor)["title_ru"] == "Сохранённое название"
    assert (two.values["course"], two.base["title_ru"]) == (4, "Сохранённое название")


def test_a_new_entry_is_kept_from_the_first_change_on_and_found_at_its_address(
    catalog: Store,
    editor: Someone,
    session: SimpleNamespace,
) -> None:
    editing = window(editor, new="temirqol")
    editing.keep(by=editor.id, language="en")
    assert (editing.copy, session.query_params) == (None, {})

    write(editing, editor, title_ru=TITLE)

    assert editing.copy is not None
    assert session.query_params == {"copy": str(editing.copy.id)}
    again = window(editor, **session.query_params)
    assert (again.code, again.values["title_ru"], again.changed) == (None, TITLE, True)
    assert again.kept_at == OPEN


def test_what_is_written_after_a_new_copy_was_thrown_away_is_kept_whole(
    catalog: Store,
    editor: Someone,
) -> None:
    editing = window(editor, new="temirqol")
    write(editing, editor, title_ru=TITLE)
    assert editing.copy is not None
    submissions.discard(catalog, editing.copy.id, by=editor.id, now=datetime.now(UTC))

    write(editing, editor, course=1)

    assert kept(catalog, editing, editor) == {"college": "temirqol", "title_ru": TITLE, "course": 1}


def test_beginning_with_another_exhibit_is_done_once(
    catalog: Store,
    editor: Someone,
    session: SimpleNamespace,
) -> None:
    editing = window(editor, new="temirqol", **{"from": "R2B2T2"})

    assert editing.values["title_ru"] == "Робот-сортировщик мусора"
    assert editing.copy is not None
    assert session.query_params == {"copy": str(editing.copy.id)}


@pytest.mark.parametrize(
    "address",
    [{"copy": "1"}, {"copy": "x"}, {"copy": str(10**30)}, {"code": "R2B2T2"}, {"new": "nowhere"}],
)
def test_a_stranger_opens_nothing(catalog: Store, editor: Someone, address: dict[str, str]) -> None:
    copy = submissions.open_copy(catalog, college="temirqol", by=editor.id, now=OPEN)
    draft = replace(Draft("temirqol"), texts={"ru": DraftText(TITLE)})
    submissions.autosave(catalog, copy.id, draft, by=editor.id, now=OPEN)
    stranger = someone(catalog, MemberRole.EDITOR, college="zhasyl-dala")

    with pytest.raises(NotThere):
        window(stranger, **address)
