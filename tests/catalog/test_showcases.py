"""Showcases: their verbs, several curators at once, what visitors see and when, who is told."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from catalog import Store, notices, public_showcases, review, showcases
from catalog.audit import read_acts
from catalog.choices import MemberRole, ShowcaseState, State
from catalog.errors import NotThere
from catalog.models import Account, Edition, Exhibit, Showcase
from catalog.permissions import COMMAND_LINE
from catalog.public_showcases import Over
from catalog.records import PinRecord, ShowcaseRecord
from catalog.refusals import Reason, Refused
from catalog.showcase_changes import ShowcaseChanged
from catalog.showcase_desk import ShowcaseView, changes_of, showcase_view, showcases_of
from catalog.showcases import MOST_PINS, ShowcaseDraft
from catalog.submissions import add_walk_in
from tests.catalog.entries import COMPLETE, OPEN, titled
from tests.catalog.people import Someone, someone

ROBOT = "R2B2T2"
CITY = ShowcaseDraft({"ru": "Умный город", "kk": "Ақылды қала"}, query="город")


@pytest.fixture
def curator(fair: Store) -> Someone:
    return someone(fair, MemberRole.CURATOR, name="Жанар")


@pytest.fixture
def other(fair: Store) -> Someone:
    return someone(fair, MemberRole.CURATOR, name="Ерлан")


@pytest.fixture
def city(fair: Store, curator: Someone) -> int:
    return showcases.create(fair, CITY, by=curator.id, now=OPEN)


@pytest.fixture
def gates(fair: Store) -> list[str]:
    """The codes of the two other exhibits of the small fair."""
    with fair.reading() as session:
        found = select(Exhibit.code).where(Exhibit.code != ROBOT).order_by(Exhibit.id)
        return list(session.scalars(found))


def view(store: Store, number: int) -> ShowcaseView:
    with store.reading() as session:
        return showcase_view(session, number, by=COMMAND_LINE)


def pins(store: Store, number: int) -> list[str]:
    return [one.code for one in view(store, number).pins]


def public(store: Store, slug: str, now: datetime = OPEN) -> ShowcaseRecord:
    with store.reading() as session:
        return public_showcases.public_showcase(session, slug, now=now)


def reason_of(act: Callable[[], object]) -> Reason:
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.reason


def test_a_new_showcase_is_a_draft_with_an_address_of_its_own(
    fair: Store, curator: Someone, city: int
) -> None:
    again = showcases.create(fair, CITY, by=curator.id, now=OPEN)

    made = view(fair, city)
    assert (made.draft, made.version) == (replace(CITY, slug="umnyy-gorod"), 1)
    assert (made.state, made.curator, made.was_published) == (ShowcaseState.DRAFT, "Жанар", False)
    assert view(fair, again).draft.slug == "umnyy-gorod-2"
    with fair.reading() as session:
        acts = read_acts(session, by=COMMAND_LINE, limit=2)
        lines = showcases_of(session, edition="fair", by=curator.id)
    assert [(one.account, one.action, one.object_id) for one in acts] == [
        (curator.id, "create_showcase", str(again)), (curator.id, "create_showcase", str(city)),
    ]  # fmt: skip
    assert [one.id for one in lines] == [again, city]
    assert fair.revision() == 1
    with pytest.raises(NotThere):
        public(fair, "umnyy-gorod")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"titles": {"ru": "  "}}, Reason.SHOWCASE_TITLE),
        ({"titles": {"ru": "Ы" * 151}}, Reason.TEXT_TOO_LONG),
        ({"introductions": {"en": "x" * 2001}}, Reason.TEXT_TOO_LONG),
        ({"query": "x" * 301}, Reason.TEXT_TOO_LONG),
        ({"slug": "Умный город"}, Reason.SHOWCASE_ADDRESS),
        ({"slug": "smart--city"}, Reason.SHOWCASE_ADDRESS),
        ({"slug": "taken"}, Reason.SHOWCASE_ADDRESS_TAKEN),
        ({"starts_at": OPEN, "ends_at": OPEN}, Reason.SHOWCASE_TIMES),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_of_it_kept(
    fair: Store, curator: Someone, city: int, change: dict[str, object], reason: Reason
) -> None:
    showcases.create(fair, replace(CITY, slug="taken"), by=curator.id, now=OPEN)
    before = view(fair, city)
    wanted = replace(before.draft, **change)  # type: ignore[arg-type]
    anew = replace(wanted, slug=str(change.get("slug", "anew")))

    assert reason is reason_of(
        lambda: showcases.edit(
            fair, city, wanted, seen=before.draft, version=1, by=curator.id, now=OPEN
        )
    )
    assert reason is reason_of(lambda: showcases.create(fair, anew, by=curator.id, now=OPEN))
    assert view(fair, city) == before


def test_two_curators_who_change_different_things_both_keep_their_changes(
    fair: Store, curator: Someone, other: Someone, city: int
) -> None:
    seen = view(fair, city).draft
    mine = replace(seen, titles={**seen.titles, "en": "Smart city"})
    theirs = replace(seen, query="датчик", introductions={"ru": "Город\n\n\n\nс датчиками "})

    showcases.edit(fair, city, theirs, seen=seen, version=1, by=other.id, now=OPEN)
    version = showcases.edit(fair, city, mine, seen=seen, version=1, by=curator.id, now=OPEN)

    assert version == 3
    assert view(fair, city).draft == replace(
        mine, query="датчик", introductions={"ru": "Город\n\nс датчиками"}
    )
    with fair.reading() as session:
        lines = changes_of(session, city, by=curator.id)
    assert [(one.version, one.who, sorted(one.parts)) for one in lines] == [
        (3, "Жанар", ["title_en"]), (2, "Ерлан", ["introduction_ru", "query"]), (1, "Жанар", []),
    ]  # fmt: skip


def test_a_conflict_tells_who_changed_what_and_changes_nothing(
    fair: Store, curator: Someone, other: Someone, city: int
) -> None:
    seen = view(fair, city).draft
    theirs = replace(seen, titles={**seen.titles, "ru": "Город будущего"}, query="датчик")
    mine = replace(seen, titles={**seen.titles, "ru": "Город и люди"}, slug="smart-city")
    showcases.edit(fair, city, theirs, seen=seen, version=1, by=other.id, now=OPEN)

    with pytest.raises(ShowcaseChanged) as clash:
        showcases.edit(fair, city, mine, seen=seen, version=1, by=curator.id, now=OPEN)

    assert view(fair, city).draft == theirs
    assert view(fair, city).version == 2
    assert [(one.who, one.at, one.parts) for one in clash.value.changes] == [
        ("Ерлан", OPEN, ("title_ru",))
    ]
    assert clash.value.sentence("ru") == (
        "Пока вы правили, это изменили: Ерлан (05.11.2026, 11:00): название (на русском)."
        " Ваша правка не сохранена."
    )
    assert "Ерлан (05.11.2026, 11:00): атауы (орысша)" in clash.value.sentence("kk")
    assert "Ерлан (05.11.2026, 11:00): title (Russian)" in clash.value.sentence("en")
    # To want what another has done already is no conflict.
    same = replace(seen, query="датчик")
    assert showcases.edit(fair, city, same, seen=seen, version=1, by=curator.id, now=OPEN) == 2
    # Whoever has seen it may.
    mine = replace(theirs, titles=mine.titles)
    showcases.edit(fair, city, mine, seen=theirs, version=2, by=curator.id, now=OPEN)
    assert view(fair, city).draft == mine


def test_pins_are_ordered_annotated_taken_out_and_left_out(
    fair: Store, curator: Someone, city: int, gates: list[str]
) -> None:
    by = curator.id
    showcases.pin(fair, city, [ROBOT, *gates], version=1, by=by, now=OPEN)
    assert pins(fair, city) == [ROBOT, *gates]
    # What is pinned already isn't pinned again.
    assert showcases.pin(fair, city, [ROBOT], version=2, by=by, now=OPEN) == 2
    showcases.move(fair, city, ROBOT, 1, version=2, by=by, now=OPEN)
    assert pins(fair, city) == [gates[0], ROBOT, gates[1]]
    showcases.move(fair, city, gates[1], -5, version=3, by=by, now=OPEN)
    assert pins(fair, city) == [gates[1], gates[0], ROBOT]
    # The last one stays the last one: nothing has changed.
    assert showcases.move(fair, city, ROBOT, 1, version=4, by=by, now=OPEN) == 4
    note = {"ru": " Спросите\nо камере. ", "kk": ""}
    showcases.annotate(fair, city, ROBOT, note, version=4, by=by, now=OPEN)
    assert view(fair, city).pins[2].notes == {"ru": "Спросите о камере."}
    showcases.leave_out(fair, city, [ROBOT, gates[0]], version=5, by=by, now=OPEN)
    assert pins(fair, city) == [gates[1]]
    assert {(one.code, one.public) for one in view(fair, city).left_out} == {
        (ROBOT, True), (gates[0], True),
    }  # fmt: skip
    showcases.pin(fair, city, [ROBOT], version=6, by=by, now=OPEN)
    assert (pins(fair, city), view(fair, city).pins[1].notes) == ([gates[1], ROBOT], {})
    showcases.let_go(fair, city, [gates[0], gates[1]], version=7, by=by, now=OPEN)
    assert (pins(fair, city), view(fair, city).left_out) == ([ROBOT], ())


def test_what_is_no_exhibit_of_this_fair_cannot_be_pinned(
    fair: Store, curator: Someone, city: int
) -> None:
    chief = someone(fair, MemberRole.ORGANIZER)
    code = add_walk_in(fair, COMPLETE, by=chief.id, now=OPEN)
    review.move(fair, [code], State.CANCELLED, reason="!", by=chief.id, now=OPEN)
    with fair.writing() as session:
        old = Edition(slug="old", year=2025, name_ru="Прежняя")
        session.add(old)
        session.flush()
        session.scalars(select(Exhibit).where(Exhibit.code == ROBOT)).one().hall = None
        session.scalars(select(Exhibit).where(Exhibit.code == ROBOT)).one().edition = old
    for wrong in ("ZZZZZZ", ROBOT, code):
        with pytest.raises(NotThere):
            showcases.pin(fair, city, [wrong], version=1, by=curator.id, now=OPEN)
    assert view(fair, city).version == 1
    # An organizer sees cancelled ones, too, and may pin them until they are back.
    assert showcases.pin(fair, city, [code], version=1, by=chief.id, now=OPEN) == 2
    assert [one.public for one in view(fair, city).pins] == [False]


def test_two_who_pin_different_exhibits_both_keep_them_and_the_same_tells(
    fair: Store, curator: Someone, other: Someone, city: int, gates: list[str]
) -> None:
    showcases.pin(fair, city, [ROBOT], version=1, by=other.id, now=OPEN)
    showcases.pin(fair, city, [gates[0]], version=1, by=curator.id, now=OPEN)
    showcases.pin(fair, city, [gates[1]], version=1, by=other.id, now=OPEN)
    assert pins(fair, city) == [ROBOT, *gates]

    showcases.move(fair, city, ROBOT, 1, version=4, by=other.id, now=OPEN)
    for act in (
        lambda: showcases.move(fair, city, gates[1], -1, version=4, by=curator.id, now=OPEN),
        lambda: showcases.leave_out(fair, city, [ROBOT], version=1, by=curator.id, now=OPEN),
        lambda: showcases.annotate(
            fair, city, gates[1], {"ru": "!"}, version=1, by=curator.id, now=OPEN
        ),
    ):
        with pytest.raises(ShowcaseChanged) as clash:
            act()
        assert {one.who for one in clash.value.changes} == {"Ерлан"}
    assert pins(fair, city) == [gates[0], ROBOT, gates[1]]


def test_there_is_an_end_to_what_can_be_pinned(
    fair: Store, curator: Someone, city: int, monkeypatch: pytest.MonkeyPatch, gates: list[str]
) -> None:
    assert MOST_PINS == 60
    monkeypatch.setattr("catalog.showcases.MOST_PINS", 2)
    showcases.pin(fair, city, gates, version=1, by=curator.id, now=OPEN)
    assert Reason.SHOWCASE_FULL is reason_of(
        lambda: showcases.pin(fair, city, [ROBOT], version=2, by=curator.id, now=OPEN)
    )


def test_from_draft_to_published_to_archived_and_back(
    fair: Store, curator: Someone, city: int
) -> None:
    by = curator.id
    empty = showcases.create(fair, ShowcaseDraft({"en": "Empty"}), by=by, now=OPEN)
    states = ShowcaseState
    assert Reason.SHOWCASE_EMPTY is reason_of(
        lambda: showcases.put(fair, empty, states.PUBLISHED, version=1, by=by, now=OPEN)
    )
    showcases.put(fair, city, states.PUBLISHED, version=1, by=by, now=OPEN)
    assert fair.revision() == 2
    assert public(fair, "umnyy-gorod").titles == CITY.titles
    seen = view(fair, city).draft
    assert Reason.SHOWCASE_ADDRESS_STAYS is reason_of(
        lambda: showcases.edit(
            fair, city, replace(seen, slug="else"), seen=seen, version=2, by=by, now=OPEN
        )
    )
    showcases.put(fair, city, states.DRAFT, version=2, by=by, now=OPEN)
    with pytest.raises(NotThere) as nothing:
        public(fair, "umnyy-gorod")
    assert not isinstance(nothing.value, Over)
    showcases.put(fair, city, states.ARCHIVED, version=3, by=by, now=OPEN)
    with pytest.raises(Over):
        public(fair, "umnyy-gorod")
    assert Reason.SHOWCASE_ARCHIVED is reason_of(
        lambda: showcases.pin(fair, city, [ROBOT], version=4, by=by, now=OPEN)
    )
    assert Reason.SHOWCASE_STEP is reason_of(
        lambda: showcases.put(fair, city, states.PUBLISHED, version=4, by=by, now=OPEN)
    )
    showcases.put(fair, city, states.DRAFT, version=4, by=by, now=OPEN)
    showcases.put(fair, city, states.PUBLISHED, version=5, by=by, now=OPEN)
    assert public(fair, "umnyy-gorod").query == "город"


def test_it_is_public_only_in_its_time_and_while_the_gallery_is_on(
    fair: Store, curator: Someone, city: int
) -> None:
    hour = timedelta(hours=1)
    seen = view(fair, city).draft
    timed = replace(seen, starts_at=OPEN + hour, ends_at=OPEN + 2 * hour)
    showcases.edit(fair, city, timed, seen=seen, version=1, by=curator.id, now=OPEN)
    showcases.put(fair, city, ShowcaseState.PUBLISHED, version=2, by=curator.id, now=OPEN)

    second = timedelta(seconds=1)
    for moment in (OPEN + hour, OPEN + 2 * hour - second):
        assert public(fair, "umnyy-gorod", moment).starts_at == OPEN + hour
    with pytest.raises(NotThere) as early:
        public(fair, "umnyy-gorod", OPEN + hour - second)
    assert not isinstance(early.value, Over)
    with pytest.raises(Over):
        public(fair, "umnyy-gorod", OPEN + 2 * hour)
    with fair.reading() as session:
        assert [one.slug for one in public_showcases.published(session, "fair")] == ["umnyy-gorod"]
    with fair.writing() as session:
        session.scalars(select(Edition)).one().gallery_on = False
    with fair.reading() as session:
        assert public_showcases.published(session, "fair") == ()
    with pytest.raises(NotThere):
        public(fair, "umnyy-gorod", OPEN + hour)


def test_a_pinned_exhibit_that_is_hidden_drops_out_and_the_curator_is_told(
    fair: Store, curator: Someone, other: Someone, city: int, gates: list[str]
) -> None:
    chief = someone(fair, MemberRole.ORGANIZER)
    showcases.pin(fair, city, [ROBOT, gates[0]], version=1, by=curator.id, now=OPEN)
    showcases.annotate(fair, city, gates[0], {"en": "New"}, version=2, by=curator.id, now=OPEN)
    showcases.put(fair, city, ShowcaseState.PUBLISHED, version=3, by=curator.id, now=OPEN)
    both = (PinRecord(ROBOT, {}), PinRecord(gates[0], {"en": "New"}))
    assert public(fair, "umnyy-gorod").pins == both

    review.hide(fair, ROBOT, hidden=True, by=chief.id, now=OPEN)

    assert public(fair, "umnyy-gorod").pins == both[1:]
    assert [(one.code, one.public) for one in view(fair, city).pins] == [
        (ROBOT, False), (gates[0], True),
    ]  # fmt: skip
    with fair.reading() as session:
        [line] = showcases_of(session, edition="fair", by=curator.id)
        [told] = notices.notices_of(session, by=curator.id)
        assert notices.notices_of(session, by=other.id) == []
    assert (line.pins, line.gone) == (2, 1)
    assert notices.sentence(told.kind, told.parameters, "ru") == (
        "Экспонат «Робот-сортировщик мусора» больше не опубликован, поэтому в подборке"
        " «Умный город» его не видно."
    )
    assert "«Қоқыс сұрыптау роботы»" in notices.sentence(told.kind, told.parameters, "kk")
    assert "«Ақылды қала»" in notices.sentence(told.kind, told.parameters, "kk")
    review.hide(fair, ROBOT, hidden=False, by=chief.id, now=OPEN)
    assert public(fair, "umnyy-gorod").pins == both


def test_where_its_curator_is_blocked_all_curators_and_organizers_are_told(
    fair: Store, curator: Someone, other: Someone, city: int
) -> None:
    chief = someone(fair, MemberRole.ORGANIZER)
    reviewer = someone(fair, MemberRole.REVIEWER)
    last_year = someone(fair, MemberRole.CURATOR)
    archived = showcases.create(fair, CITY, by=other.id, now=OPEN)
    for number in (city, archived):
        showcases.pin(fair, number, [ROBOT], version=1, by=curator.id, now=OPEN)
    showcases.put(fair, archived, ShowcaseState.ARCHIVED, version=2, by=other.id, now=OPEN)
    with fair.writing() as session:
        session.get_one(Account, curator.id).blocked_at = OPEN
        old = Edition(slug="old", year=2025, name_ru="Прежняя")
        session.add(old)
        session.get_one(Account, last_year.id).memberships[0].edition = old

    review.move(fair, [ROBOT], State.CANCELLED, reason="Сломался", by=chief.id, now=OPEN)

    with fair.reading() as session:
        told = {
            one.id: len(notices.notices_of(session, by=one.id))
            for one in (chief, other, reviewer, last_year)
        }
    assert told == {chief.id: 1, other.id: 1, reviewer.id: 0, last_year.id: 0}


def test_only_what_visitors_see_makes_a_new_revision(
    fair: Store, curator: Someone, city: int
) -> None:
    by = curator.id
    showcases.pin(fair, city, [ROBOT], version=1, by=by, now=OPEN)
    assert fair.revision() == 1
    showcases.put(fair, city, ShowcaseState.PUBLISHED, version=2, by=by, now=OPEN)
    assert fair.revision() == 2
    showcases.let_go(fair, city, [ROBOT], version=3, by=by, now=OPEN)
    assert fair.revision() == 3
    # Nothing was changed.
    showcases.let_go(fair, city, [ROBOT], version=4, by=by, now=OPEN)
    assert (fair.revision(), view(fair, city).version) == (3, 4)


@pytest.mark.parametrize("role", [*MemberRole, None])
def test_showcases_are_made_and_read_by_curators_and_organizers(
    fair: Store, city: int, role: MemberRole | None
) -> None:
    college = "temirqol" if role in (MemberRole.EDITOR, MemberRole.COORDINATOR) else None
    by = someone(fair, role, college=college).id

    def read(act: Callable[..., object], *values: object, **more: object) -> object:
        with fair.reading() as session:
            return act(session, *values, **more, by=by)

    seen = view(fair, city).draft
    wanted = replace(seen, slug="else")
    states = ShowcaseState
    acts: list[Callable[[], object]] = [
        lambda: showcases.create(fair, CITY, by=by, now=OPEN),
        lambda: showcases.edit(fair, city, wanted, seen=seen, version=1, by=by, now=OPEN),
        lambda: showcases.pin(fair, city, [ROBOT], version=9, by=by, now=OPEN),
        lambda: showcases.annotate(fair, city, ROBOT, {}, version=9, by=by, now=OPEN),
        lambda: showcases.move(fair, city, ROBOT, 1, version=9, by=by, now=OPEN),
        lambda: showcases.leave_out(fair, city, [ROBOT], version=9, by=by, now=OPEN),
        lambda: showcases.let_go(fair, city, [ROBOT], version=9, by=by, now=OPEN),
        lambda: showcases.put(fair, city, states.PUBLISHED, version=9, by=by, now=OPEN),
        lambda: read(showcases_of, edition="fair"),
        lambda: read(showcase_view, city),
        lambda: read(changes_of, city),
    ]
    for act in acts:
        if role in (MemberRole.CURATOR, MemberRole.ORGANIZER):
            act()
        else:
            assert reason_of(act) is Reason.NOT_YOUR_ROLE


def test_a_curator_of_one_edition_has_nothing_to_do_with_another(fair: Store, city: int) -> None:
    with fair.writing() as session:
        session.add(Edition(slug="old", year=2025, name_ru="Прежняя"))
    by = someone(fair, MemberRole.CURATOR, edition="old").id

    assert Reason.NOT_YOUR_ROLE is reason_of(
        lambda: showcases.pin(fair, city, [ROBOT], version=1, by=by, now=OPEN)
    )
    assert Reason.NOT_YOUR_ROLE is reason_of(lambda: showcases.create(fair, CITY, by=by, now=OPEN))
    showcases.create(fair, CITY, edition="old", by=by, now=OPEN)


def test_the_showcases_of_an_archived_edition_are_read_and_left_as_they_are(
    fair: Store, curator: Someone, city: int
) -> None:
    with fair.writing() as session:
        session.scalars(select(Edition)).one().is_archive = True

    assert Reason.ARCHIVED is reason_of(
        lambda: showcases.pin(fair, city, [ROBOT], version=1, by=curator.id, now=OPEN)
    )
    assert Reason.ARCHIVED is reason_of(
        lambda: showcases.create(fair, CITY, by=curator.id, now=OPEN)
    )
    with fair.reading() as session:
        assert showcase_view(session, city, by=curator.id).version == 1


def test_an_exhibit_that_is_no_more_is_in_no_showcase(
    fair: Store, curator: Someone, city: int
) -> None:
    chief = someone(fair, MemberRole.ORGANIZER)
    code = add_walk_in(fair, titled("Гость"), by=chief.id, now=OPEN)
    showcases.pin(fair, city, [code], version=1, by=curator.id, now=OPEN)
    seen = view(fair, city).draft
    covered = replace(seen, cover=code)
    showcases.edit(fair, city, covered, seen=seen, version=2, by=curator.id, now=OPEN)
    assert view(fair, city).draft.cover == code
    with fair.writing() as session:
        session.delete(session.scalars(select(Exhibit).where(Exhibit.code == code)).one())

    assert (pins(fair, city), view(fair, city).draft.cover) == ([], None)
    with fair.writing() as session:
        session.delete(session.get_one(Showcase, city))
    with pytest.raises(NotThere):
        view(fair, city)


def test_it_shows_its_pins_and_then_what_is_found_but_what_is_left_out() -> None:
    record = ShowcaseRecord(
        "city", "fair", {"ru": "Город"}, {}, "город", None, None, None,
        (PinRecord("A", {}), PinRecord("B", {})), frozenset({"C"}),
    )  # fmt: skip
    assert record.filled(["C", "B", "D", "D", "E", "F"], 4) == ("A", "B", "D", "E")
    assert record.filled(["D"], 1) == ("A", "B")
    assert record.filled([], 24) == ("A", "B")
    assert replace(record, starts_at=datetime(2026, 11, 5, 6, 1, tzinfo=UTC)).is_open(OPEN) is False
