"""Colleges are entered, changed and merged, and nothing of the one that goes is lost."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from catalog import Store, college_register, consents, imports, links, reading, submissions, terms
from catalog.choices import MemberRole, MovedKind, State
from catalog.colleges import CollegeFacts
from catalog.errors import NotThere
from catalog.models import (
    College,
    CollegeTerms,
    Edition,
    Exhibit,
    ImportedRow,
    Invitation,
    Membership,
    Person,
    PictureUpload,
    Revision,
    WorkingCopy,
)
from catalog.permissions import COMMAND_LINE
from catalog.refusals import Reason, Refused
from catalog.spreadsheets import read
from tests.catalog.entries import COMPLETE, OPEN, titled, written
from tests.catalog.people import someone
from tests.catalog.test_consents import Team, team

__all__ = ["team"]
NEW = CollegeFacts(
    slug="",
    names={"ru": "Колледж  дизайна «Ою»", "kk": "«Ою» дизайн колледжі"},
    aliases=("КДО", "КДО", " "),
    specialties=[{"ru": "Дизайн", "kk": "Дизайн"}],
    email="oyu@example.kz",
    site="https://oyu.example.kz",
    founded=1999,
)


def test_a_college_is_entered_found_and_changed(fair: Store) -> None:
    slug = college_register.enter_college(fair, NEW, by=COMMAND_LINE, now=OPEN)

    with fair.reading() as session:
        facts = college_register.facts_of(session, slug, by=COMMAND_LINE)
        assert slug == "oyu-dizayn-kolledzhi"
        assert facts == replace(
            NEW, slug=slug, names={"kk": "«Ою» дизайн колледжі", "ru": "Колледж дизайна «Ою»"},
            aliases=("КДО",), specialties=({"kk": "Дизайн", "ru": "Дизайн"},),
        )  # fmt: skip
    college_register.change_college(
        fair, replace(facts, founded=None, aliases=("ОЮ",)), by=COMMAND_LINE, now=OPEN
    )
    with fair.reading() as session:
        changed = reading.college(session, slug, "fair")
        assert changed is not None
        assert (changed.founded, changed.aliases) == (None, ("ОЮ",))


def test_a_coordinator_changes_what_a_college_says_but_not_its_names(fair: Store) -> None:
    who = someone(fair, MemberRole.COORDINATOR, college="temirqol")
    with fair.reading() as session:
        facts = college_register.facts_of(session, "temirqol", by=who.id)

    college_register.change_college(
        fair,
        replace(facts, names={"ru": "Другой"}, aliases=("Х",), phone="+7 727 000-00-99"),
        by=who.id,
        now=OPEN,
    )

    with fair.reading() as session:
        changed = college_register.facts_of(session, "temirqol", by=who.id)
    assert changed == replace(facts, phone="+7 727 000-00-99")
    with fair.reading() as session, pytest.raises(Refused):
        college_register.facts_of(session, "zhasyl-dala", by=who.id)
    with pytest.raises(Refused) as refused:
        college_register.change_college(
            fair, replace(facts, slug="zhasyl-dala"), by=who.id, now=OPEN
        )
    assert refused.value.reason is Reason.NOT_YOUR_ROLE


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"names": {}}, Reason.COLLEGE_NEEDS_NAME),
        ({"names": {"ru": " "}}, Reason.COLLEGE_NEEDS_NAME),
        ({"names": {"ru": "x" * 201}}, Reason.TEXT_TOO_LONG),
        ({"about": {"ru": "x" * 3001}}, Reason.TEXT_TOO_LONG),
        ({"aliases": [str(number) for number in range(31)]}, Reason.TEXT_TOO_LONG),
        ({"site": "javascript:alert(1)"}, Reason.BAD_ADDRESS),
        ({"email": "nobody"}, Reason.BAD_ADDRESS),
        ({"founded": 99}, Reason.BAD_ADDRESS),
        ({"names": {"kk": "темірқол робототехника колледжі"}}, Reason.COLLEGE_EXISTS),
    ],
)
def test_facts_that_do_not_hold_together_are_refused(
    fair: Store, change: dict[str, Any], reason: Reason
) -> None:
    with pytest.raises(Refused) as refused:
        college_register.enter_college(
            fair,
            replace(NEW, **change),
            by=COMMAND_LINE,
            now=OPEN,
        )
    assert refused.value.reason is reason
    with fair.reading() as session:
        assert len(session.scalars(select(College)).all()) == 3


def test_the_register_counts_what_each_college_has_done(fair: Store, team: Team) -> None:
    written(fair, someone(fair, MemberRole.COORDINATOR, college="temirqol"))
    links.invite(
        fair, by=team.organizer, role=MemberRole.EDITOR, college="empty", whom="", now=OPEN
    )
    terms.set_terms(
        fair, college="empty", edition="fair", quota=3, deadline=OPEN, by=team.organizer, now=OPEN
    )

    with fair.reading() as session:
        lines = {
            one.slug: one
            for one in college_register.register(session, edition="fair", by=team.organizer)
        }
        with pytest.raises(Refused):
            college_register.register(session, edition="fair", by=team.coordinator)

    assert lines["temirqol"].exhibits == {State.PUBLISHED: 2, State.DRAFT: 1}
    assert lines["temirqol"].given_in == 2
    # The team's coordinator and the one just made; the team's editor.
    assert (lines["temirqol"].coordinators, lines["temirqol"].editors) == (2, 1)
    empty = lines["empty"]
    assert (empty.given_in, empty.invited, empty.quota, empty.deadline) == (0, 1, 3, OPEN)


def test_merging_moves_everything(fair: Store, team: Team) -> None:
    """«Темірқол» turns out to be a part of «Жасыл дала»."""
    both = someone(fair, MemberRole.EDITOR, college="temirqol")
    with fair.writing() as session:
        dala = session.scalars(select(College).where(College.slug == "zhasyl-dala")).one()
        session.add(Membership(account_id=both.id, role="editor", college=dala, created_at=OPEN))
        edition = session.scalars(select(Edition.id)).one()
        session.scalars(
            select(Exhibit).where(Exhibit.external_id == "a-1")
        ).one().external_id = "r-1"
    draft = written(fair, both, titled("Черновик"))
    copy = submissions.open_copy(fair, code=draft, by=both.id, now=OPEN)
    begun = submissions.open_copy(fair, college="temirqol", by=both.id, now=OPEN)
    submissions.autosave(fair, begun.id, COMPLETE, by=both.id, now=OPEN)
    sheet = read("code,college,title_ru\nR2B2T2,temirqol,Робот\n".encode(), "a.csv")
    imports.run(fair, sheet, by=COMMAND_LINE, now=OPEN)
    links.invite(
        fair, by=team.organizer, role=MemberRole.EDITOR, college="temirqol", whom="", now=OPEN
    )
    for slug, quota, days in (("temirqol", 4, 2), ("zhasyl-dala", 5, 1)):
        terms.set_terms(
            fair, college=slug, edition="fair", quota=quota, deadline=OPEN + timedelta(days=days),
            by=team.organizer, now=OPEN,
        )  # fmt: skip
    with fair.reading() as session:
        before = set(session.scalars(select(Exhibit.code)))
        old = session.scalars(select(College.id).where(College.slug == "temirqol")).one()
    revision = fair.revision()

    moved = college_register.merge_colleges(
        fair, "temirqol", "zhasyl-dala", by=team.organizer, now=OPEN
    )

    assert moved == 3
    assert fair.revision() > revision
    with fair.reading() as session:
        kept = session.scalars(select(College).where(College.slug == "zhasyl-dala")).one()
        assert set(session.scalars(select(Exhibit.code))) == before
        for model in (Exhibit, Person, Invitation, Membership, WorkingCopy, PictureUpload,
                      CollegeTerms):  # fmt: skip
            assert session.scalars(select(model).where(model.college_id == old)).all() == []
        robot = session.scalars(select(Exhibit).where(Exhibit.code == "R2B2T2")).one()
        assert (robot.college_id, robot.external_id) == (kept.id, "temirqol:r-1")
        contents = [row.content for row in session.scalars(select(Revision))]
        contents += [row.content for row in session.scalars(select(WorkingCopy))]
        [imported] = session.scalars(select(ImportedRow))
        assert imported.before is not None
        contents.append(imported.before)
        assert {one["college"] for one in contents} == {"zhasyl-dala"}
        assert imported.before["external_id"] == "temirqol:r-1"
        place = session.get_one(CollegeTerms, (kept.id, edition))
        assert (place.quota, place.deadline) == (9, OPEN + timedelta(days=2))
        assert {"Колледж робототехники «Темірқол»", "КРТ", "Темиркол"} <= {
            row.alias for row in kept.aliases
        }
        assert {row.slug for row in kept.specialties} == {"mehatronika", "agronomiya"}
        assert (kept.phone, kept.founded) == ("+7 727 000-00-01", 1987)
        assert reading.moved_to(session, MovedKind.COLLEGE, "temirqol") == "zhasyl-dala"
        assert reading.moved_to(session, MovedKind.COLLEGE, "zhasyl-dala") is None
        people = consents.people_of(session, college="zhasyl-dala", by=team.organizer, now=OPEN)
        assert {one.id for one in people} == {team.grown_up, team.minor}
    # Who was at work goes on.
    submissions.autosave(
        fair, copy.id, replace(titled("Дальше"), college="zhasyl-dala"), by=both.id, now=OPEN
    )
    submissions.save(fair, copy.id, by=both.id, now=OPEN)
    submissions.submit(fair, draft, by=team.coordinator, now=OPEN)


def test_old_addresses_lead_to_the_last_of_several(fair: Store) -> None:
    college_register.merge_colleges(fair, "empty", "temirqol", by=COMMAND_LINE, now=OPEN)
    college_register.merge_colleges(fair, "temirqol", "zhasyl-dala", by=COMMAND_LINE, now=OPEN)

    with fair.reading() as session:
        assert reading.moved_to(session, MovedKind.COLLEGE, "empty") == "zhasyl-dala"
        assert reading.moved_to(session, MovedKind.TECHNOLOGY, "empty") is None
    again = college_register.enter_college(
        fair, CollegeFacts("", {"en": "Empty"}), by=COMMAND_LINE, now=OPEN
    )
    assert again == "empty-2"


def test_who_may_merge_and_what_can_not_be(fair: Store) -> None:
    who = someone(fair, MemberRole.COORDINATOR, college="temirqol")
    with pytest.raises(Refused) as refused:
        college_register.merge_colleges(fair, "temirqol", "empty", by=who.id, now=OPEN)
    assert refused.value.reason is Reason.NOT_YOUR_ROLE
    with pytest.raises(Refused) as refused:
        college_register.merge_colleges(fair, "empty", "empty", by=COMMAND_LINE, now=OPEN)
    assert refused.value.reason is Reason.MERGED_WITH_ITSELF
    with pytest.raises(NotThere, match="no college 'none'"):
        college_register.merge_colleges(fair, "none", "empty", by=COMMAND_LINE, now=OPEN)
