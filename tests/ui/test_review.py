"""What reviewers read: what is compared with what, what a line of the history says, who may look."""

import dataclasses
from datetime import UTC, datetime

import pytest

from catalog.agenda import Pile
from catalog.choices import Decision, Deed, MemberRole, State
from catalog.desk import EntryView, HistoryLine, RevisionRecord
from catalog.drafts import Draft, DraftText
from tests.hostile import IMAGE, SCRIPT, TEMPLATE
from tests.ui.test_pages import Tags
from ui.names import Names, Phrase
from ui.review import (
    DECISIONS,
    NOTHING_THERE,
    PILES,
    Basis,
    QueueRow,
    bases,
    case_head,
    deed_said,
    given_in,
    history_block,
    outcome_list,
    row_block,
)
from ui.text import speech

NOON = datetime(2026, 11, 5, 7, 0, tzinfo=UTC)


def draft(title: str) -> Draft:
    return Draft("one", texts={"ru": DraftText(title)})


def revision(
    number: int, title: str, decision: Decision | None, comment: str = ""
) -> RevisionRecord:
    at = NOON if decision else None
    return RevisionRecord(number, draft(title), NOON, "Гүлнар", decision, comment, at, "Ерлан")


def view_of(state: State, *revisions: RevisionRecord, approved: str = "Сейчас") -> EntryView:
    return EntryView(
        code="ABC234", edition="test", college="one", college_names={"ru": "Первый колледж"},
        state=state, hidden=False, approved=draft(approved), present=draft("Пишется"),
        proposal=None, duplicate_of=None, missing_for_submission=(), missing_for_publication=(),
        revisions=revisions, history=(), allowed=frozenset(),
    )  # fmt: skip


def line(deed: Deed, origin: State | None, to: State, **changes: object) -> HistoryLine:
    whole = HistoryLine(NOON, "Гүлнар", MemberRole.COORDINATOR, False, deed, origin, to, "", None)
    return dataclasses.replace(whole, **changes)  # type: ignore[arg-type]


def test_what_is_looked_at_is_what_was_given_in() -> None:
    first = revision(1, "Первый", Decision.CHANGES_REQUESTED, "Вес?")
    second = revision(2, "Второй", None)
    assert given_in(view_of(State.SUBMITTED, first, second)) == draft("Второй")
    # What the college is writing meanwhile is its own.
    assert given_in(view_of(State.CHANGES_REQUESTED, first)) == draft("Первый")
    accepted = revision(1, "Первый", Decision.ACCEPTED)
    assert given_in(view_of(State.PUBLISHED, accepted)) == draft("Сейчас")
    assert given_in(view_of(State.PUBLISHED)) == draft("Сейчас")
    assert given_in(view_of(State.PUBLISHED, accepted, second)) == draft("Второй")


def test_it_is_compared_with_the_former_round_or_with_what_is_approved() -> None:
    asked = revision(1, "Первый", Decision.CHANGES_REQUESTED, "Вес?")
    accepted = revision(1, "Первый", Decision.ACCEPTED)
    waiting = revision(2, "Второй", None)
    approved, former = Basis(0, draft("Сейчас")), Basis(1, draft("Первый"))
    assert bases(view_of(State.SUBMITTED, revision(1, "Первый", None))) == []
    assert bases(view_of(State.SUBMITTED, asked, waiting)) == [former]
    assert bases(view_of(State.PUBLISHED, accepted, waiting)) == [approved, former]
    assert bases(view_of(State.PUBLISHED, revision(1, "Первый", None))) == [approved]
    # The answer to a request is read beside what was asked about.
    assert bases(view_of(State.PUBLISHED, asked, waiting)) == [former, approved]
    assert bases(view_of(State.PUBLISHED, accepted)) == []


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (line(Deed.MOVED, None, State.DRAFT), "Начат черновик"),
        (
            line(Deed.MOVED, State.DRAFT, State.SUBMITTED, revision=1),
            "Отправлено на рассмотрение · этап 1",
        ),
        (line(Deed.MOVED, State.REJECTED, State.SUBMITTED), "Открыто снова"),
        (line(Deed.MOVED, State.CHANGES_REQUESTED, State.SUBMITTED), "Отправлено на рассмотрение"),
        (line(Deed.SAVED, State.DRAFT, State.DRAFT), "Сохранено"),
        (line(Deed.APPROVED_CHANGES, State.PUBLISHED, State.PUBLISHED), "Изменения одобрены"),
    ],
)
def test_a_line_of_the_history_says_what_happened(told: HistoryLine, said: str) -> None:
    assert deed_said(told, speech("ru")) == said


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_every_deed_state_decision_and_pile_has_words(language: str) -> None:
    words = speech(language)
    said = {deed_said(line(deed, State.DRAFT, State.DRAFT), words) for deed in Deed}
    assert len(said) == len(Deed)
    assert len({deed_said(line(Deed.MOVED, None, one), words) for one in State}) == len(State)
    assert DECISIONS.keys() == set(Decision)
    assert PILES.keys() == NOTHING_THERE.keys() == set(Pile)


def test_the_history_says_when_by_the_fairs_clock_and_who_for_whom() -> None:
    lines = [
        line(Deed.MOVED, None, State.DRAFT),
        line(
            Deed.MOVED, State.DRAFT, State.WITHDRAWN, who="Әлия", role=MemberRole.ORGANIZER,
            on_behalf=True, reason="Просил колледж",
        ),
    ]  # fmt: skip
    html = history_block(lines, speech("ru"))
    text = " ".join(Tags(html).text.split())
    assert '<p class="k-said-text">Просил колледж</p>' in html
    assert text == (
        "История 05.11.2026, 12:00 Отозвано Әлия, организатор за колледжПросил колледж"
        " 05.11.2026, 12:00 Начат черновик Гүлнар, координатор колледжа"
    )


def test_hostile_texts_stay_texts(names: Names) -> None:
    bad = f"{SCRIPT}{IMAGE}{TEMPLATE}"
    view = view_of(
        State.SUBMITTED, revision(1, bad, Decision.REJECTED, bad), revision(2, bad, None),
        approved=bad,
    )  # fmt: skip
    row = QueueRow(
        bad, 1, Phrase(bad, "ru"), Phrase(bad, "ru"), Phrase(bad, "ru"), State.SUBMITTED, NOON,
        noted=Decision.REJECTED, noted_reason=bad, stale=True,
    )  # fmt: skip
    told = line(Deed.MOVED, None, State.DRAFT, who=bad, reason=bad)
    for html in (
        case_head(view, names, speech("ru"), back="/review"),
        row_block(row, speech("ru"), "/review?code=ABC234"),
        history_block([told], speech("ru")),
        outcome_list(bad, [(bad, bad, bad), (bad, bad, "")], speech("ru"), href="/review?code="),
    ):
        page = Tags(html)
        assert SCRIPT in page.text
        assert "script" not in page.tags
        assert not [name for name, _ in page.attributes if name.startswith("on")]
        assert "49" not in page.text
