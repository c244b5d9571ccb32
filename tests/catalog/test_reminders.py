from datetime import UTC, datetime, timedelta

from catalog import Store
from catalog.choices import MemberRole
from catalog.notices import notices_of, sentence
from catalog.permissions import COMMAND_LINE
from catalog.reminders import remind
from catalog.terms import set_terms
from tests.catalog.entries import OPEN, titled, written
from tests.catalog.people import Someone, someone

DEADLINE = datetime(2026, 11, 10, 18, 59, 59, tzinfo=UTC)


def told(store: Store, who: Someone) -> list[str]:
    with store.reading() as session:
        return [sentence(one.kind, one.parameters, "ru") for one in notices_of(session, by=who.id)]


def test_colleges_with_drafts_are_told_a_week_and_a_day_before(fair: Store) -> None:
    editor = someone(fair, MemberRole.EDITOR, college="temirqol")
    other = someone(fair, MemberRole.EDITOR, college="zhasyl-dala")
    for title in ("Первая", "Вторая"):
        written(fair, editor, titled(title), now=OPEN - timedelta(days=20))

    assert remind(fair, now=DEADLINE - timedelta(days=8)) == 0
    assert remind(fair, now=DEADLINE - timedelta(days=7)) == 1
    assert remind(fair, now=DEADLINE - timedelta(days=3)) == 0
    assert remind(fair, now=DEADLINE - timedelta(hours=23)) == 1
    assert remind(fair, now=DEADLINE) == 0
    assert remind(fair, now=DEADLINE + timedelta(days=1)) == 0

    said = "Приём заявок заканчивается 10.11.2026 23:59. Не отправлено черновиков: 2."
    assert told(fair, editor) == [said, said]
    assert told(fair, other) == []


def test_a_deadline_of_ones_own_counts(fair: Store) -> None:
    editor = someone(fair, MemberRole.EDITOR, college="temirqol")
    written(fair, editor)
    set_terms(
        fair, college="temirqol", edition="fair", quota=None,
        deadline=DEADLINE + timedelta(days=9), by=COMMAND_LINE, now=OPEN,
    )  # fmt: skip

    assert remind(fair, now=DEADLINE) == 0
    assert remind(fair, now=DEADLINE + timedelta(days=2)) == 1


def test_after_the_freeze_nobody_is_told(fair: Store) -> None:
    editor = someone(fair, MemberRole.EDITOR, college="temirqol")
    written(fair, editor)
    late = DEADLINE + timedelta(days=30)
    set_terms(
        fair, college="temirqol", edition="fair", quota=None, deadline=late, by=COMMAND_LINE,
        now=OPEN,
    )  # fmt: skip

    assert remind(fair, now=late - timedelta(hours=1)) == 0
