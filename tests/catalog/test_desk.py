"""What people who work on entries see beside them: former fairs, what a fair demands."""

from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import update

from catalog import Store, agenda, desk, imports, pictures, reading, review, submissions
from catalog.agenda import Pile
from catalog.choices import Decision, MemberRole
from catalog.desk import EarlierEntry
from catalog.drafts import Demands, Draft, DraftPicture, DraftText, Logistics
from catalog.models import Account, Edition
from catalog.permissions import COMMAND_LINE
from catalog.problems import ProblemCode
from catalog.spreadsheets import read
from catalog.states import Incomplete
from tests.catalog.entries import COMPLETE, OPEN, given_in, rewrite, titled
from tests.catalog.people import Someone, someone
from tests.catalog.test_pictures import a_picture

NEEDS = Logistics(power_watts=500, teacher_phone="+7 701 000 00 01")
LAST_YEAR = """code,title_ru,title_kk,college
RBTRB2,Старый робот,Ескі робот,temirqol
GATGT3,Старая калитка,,zhasyl-dala
"""


def test_a_college_sees_its_own_exhibits_of_former_fairs(fair: Store, now: datetime) -> None:
    sheet = read(LAST_YEAR.encode(), "old.csv")
    imports.run(
        fair, sheet, by=COMMAND_LINE, edition="old", open_archive=True, publish=True, now=now
    )
    editor = someone(fair, MemberRole.EDITOR, college="temirqol")
    stranger = someone(fair, MemberRole.EDITOR, college="zhasyl-dala")

    with fair.reading() as session:
        own = desk.earlier_entries(session, college="temirqol", by=editor.id)
        strangers = desk.earlier_entries(session, college="temirqol", by=stranger.id)

    titles = {"ru": "Старый робот", "kk": "Ескі робот"}
    assert own == [EarlierEntry("RBTRB2", "old", titles)]
    assert strangers == []


def test_what_a_fair_demands_is_read(fair: Store) -> None:
    with fair.writing() as session:
        session.execute(
            update(Edition).values(demand_kind=True, demand_technology=False, demand_title_kk=True)
        )

    with fair.reading() as session:
        assert reading.demands(session, "fair") == Demands(kind=True, titles=("kk",))


@pytest.mark.parametrize("alt", [{}, {"ru": " "}])
def test_a_picture_that_nobody_described_is_not_saved(fair: Store, alt: dict[str, str]) -> None:
    editor = someone(fair, MemberRole.EDITOR, college="temirqol").id
    name = pictures.add_picture(fair, a_picture(), college="temirqol", by=editor, now=OPEN)
    copy = submissions.open_copy(fair, college="temirqol", by=editor, now=OPEN)
    picture = DraftPicture(name, alt, nobody_recognizable=True)
    draft = Draft("temirqol", texts={"ru": DraftText("Станок")}, pictures=(picture,))
    submissions.autosave(fair, copy.id, draft, by=editor, now=OPEN)

    with pytest.raises(Incomplete) as raised:
        submissions.save(fair, copy.id, by=editor, now=OPEN)

    assert [(one.field, one.code) for one in raised.value.problems] == [
        ("pictures", ProblemCode.PICTURE_UNDESCRIBED)
    ]


@pytest.mark.parametrize(
    ("role", "college", "seen"),
    [
        (MemberRole.REVIEWER, None, Logistics()),
        (MemberRole.ORGANIZER, None, NEEDS),
        (MemberRole.EDITOR, "temirqol", NEEDS),
    ],
)
def test_what_a_stand_needs_is_the_colleges_and_the_organizers(
    fair: Store, role: MemberRole, college: str | None, seen: Logistics
) -> None:
    coordinator = someone(fair, MemberRole.COORDINATOR, college="temirqol")
    code = given_in(fair, coordinator, replace(COMPLETE, logistics=NEEDS), now=OPEN)
    reader = someone(fair, role, college=college)
    with fair.reading() as session:
        view = desk.entry_view(session, code, by=reader.id, now=OPEN)
    (revision,) = view.revisions
    drafts = (view.approved, view.present, revision.draft)
    assert [one.logistics for one in drafts] == [seen] * 3


def test_what_is_saved_and_not_given_in_is_the_colleges_and_the_organizers(fair: Store) -> None:
    coordinator = someone(fair, MemberRole.COORDINATOR, college="temirqol")
    reviewer = someone(fair, MemberRole.REVIEWER)
    organizer = someone(fair, MemberRole.ORGANIZER)
    curator = someone(fair, MemberRole.CURATOR)

    def seen(code: str, who: Someone) -> tuple[str, str]:
        with fair.reading() as session:
            view = desk.entry_view(session, code, by=who.id, now=OPEN)
        return view.approved.texts["ru"].title, view.present.texts["ru"].title

    def back(code: str) -> None:
        review.decide(
            fair, [code], Decision.CHANGES_REQUESTED, reason="Вес?", by=reviewer.id, now=OPEN
        )

    code = given_in(fair, coordinator, titled("Первый"))
    back(code)
    rewrite(fair, code, coordinator, titled("Второй"))
    assert seen(code, reviewer) == ("Первый", "Первый")
    assert seen(code, coordinator) == seen(code, organizer) == ("Второй", "Второй")
    with fair.reading() as session:
        (line,) = agenda.lines(session, Pile.RETURNED, edition="fair", by=reviewer.id)
        assert line.titles == {"ru": "Первый"}
        assert agenda.find(session, "Второй", edition="fair", by=reviewer.id) == []

    submissions.submit(fair, code, by=coordinator.id, now=OPEN)
    assert seen(code, reviewer) == ("Второй", "Второй")
    review.decide(fair, [code], Decision.ACCEPTED, by=reviewer.id, now=OPEN)
    rewrite(fair, code, coordinator, titled("Третий"))
    assert seen(code, reviewer) == seen(code, curator) == ("Второй", "Второй")
    assert seen(code, coordinator) == seen(code, organizer) == ("Второй", "Третий")
    submissions.submit(fair, code, by=coordinator.id, now=OPEN)
    back(code)
    rewrite(fair, code, coordinator, titled("Четвёртый"))
    assert seen(code, reviewer) == ("Второй", "Третий")
    assert seen(code, coordinator) == ("Второй", "Четвёртый")


def test_a_college_reads_the_role_of_who_decided_and_those_who_decide_the_name(
    fair: Store,
) -> None:
    coordinator = someone(fair, MemberRole.COORDINATOR, college="temirqol", name="Гүлнар")
    reviewer = someone(fair, MemberRole.REVIEWER, name="Болат")
    organizer = someone(fair, MemberRole.ORGANIZER, name="Әлия")
    code = given_in(fair, coordinator)
    review.decide(fair, [code], Decision.CHANGES_REQUESTED, reason="?", by=reviewer.id, now=OPEN)
    rewrite(fair, code, organizer, titled("За колледж"))

    def names(who: Someone) -> tuple[list[str], list[tuple[str, str]]]:
        with fair.reading() as session:
            view = desk.entry_view(session, code, by=who.id, now=OPEN)
        rounds = [(one.who, one.decided_by) for one in view.revisions]
        return [f"{one.who} {one.role}" for one in view.history], rounds

    roles = ["coordinator", "coordinator", "reviewer", "organizer"]
    with_names = [
        f"{name} {role}"
        for name, role in zip(["Гүлнар", "Гүлнар", "Болат", "Әлия"], roles, strict=True)
    ]
    assert names(reviewer) == names(organizer) == (with_names, [("Гүлнар", "Болат")])
    assert names(coordinator) == (
        [*with_names[:2], " reviewer", " organizer"], [("Гүлнар", "")],
    )  # fmt: skip

    with fair.writing() as session:
        blocked, gone = (
            session.get_one(Account, reviewer.id),
            session.get_one(Account, coordinator.id),
        )
        blocked.blocked_at = OPEN
        session.delete(gone)
    expected = [" coordinator", " coordinator", "Болат reviewer", "Әлия organizer"]
    assert names(organizer) == (expected, [("", "Болат")])
