"""An edition to be carried away: what is public and nothing else, for organizers alone."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from catalog import Store, consents, review, showcases
from catalog.choices import MemberRole, Role, Scope
from catalog.edition_export import PublicEdition, public_edition
from catalog.errors import NotThere
from catalog.models import Edition
from catalog.permissions import COMMAND_LINE
from catalog.records import CreatorRecord
from catalog.refusals import Refused
from catalog.showcases import ShowcaseDraft
from tests.catalog.entries import OPEN, given_in
from tests.catalog.people import someone
from tests.catalog.test_consents import LATER, Team, team

__all__ = ["team"]
NOW = datetime(2026, 11, 27, 6, tzinfo=UTC)


def exported(store: Store, slug: str | None = None) -> PublicEdition:
    with store.reading() as session:
        return public_edition(session, slug, by=COMMAND_LINE, now=NOW)


def titles(public: PublicEdition) -> list[str]:
    return [text.title for one in public.exhibits for text in one.texts.values()]


def test_an_edition_is_exported_with_what_its_exhibits_refer_to(fair: Store) -> None:
    public = exported(fair)

    assert public == exported(fair, "fair")
    assert public.edition.slug == "fair"
    assert set(titles(public)) == {
        "Қоқыс сұрыптау роботы", "Робот-сортировщик мусора", "Шағын жылыжай", "Welded garden gate",
    }  # fmt: skip
    assert [one.slug for one in public.colleges] == ["temirqol", "zhasyl-dala"]
    assert [one.slug for one in public.technologies] == [
        "greenhouse", "machine-learning", "robotics", "welding",
    ]  # fmt: skip


def test_what_waits_or_is_hidden_is_not_exported(fair: Store) -> None:
    given_in(fair, someone(fair, MemberRole.COORDINATOR, college="temirqol"))
    review.hide(fair, "R2B2T2", hidden=True, by=COMMAND_LINE, now=OPEN)

    public = exported(fair)

    assert sorted(titles(public)) == ["Welded garden gate", "Шағын жылыжай"]
    assert [one.slug for one in public.colleges] == ["zhasyl-dala"]
    assert [one.slug for one in public.technologies] == ["greenhouse", "welding"]


def test_nothing_is_exported_while_the_gallery_is_off(fair: Store) -> None:
    with fair.writing() as session:
        session.scalars(select(Edition)).one().gallery_on = False

    public = exported(fair)

    assert (public.exhibits, public.colleges, public.technologies) == ((), (), ())


def test_a_name_is_exported_while_its_consent_holds(fair: Store, team: Team) -> None:
    def people() -> tuple[CreatorRecord, ...]:
        return next(one.people for one in exported(fair).exhibits if one.code == team.code)

    assert CreatorRecord(Role.AUTHOR, "Алмас Сериков") in people()

    consents.revoke_consent(fair, team.minor, Scope.BOTH, by=team.editor, now=LATER)

    assert [one.name for one in people() if one.name] == ["Гүлнар Омарова"]


def test_showcases_are_those_that_are_published(fair: Store) -> None:
    curator = someone(fair, MemberRole.CURATOR).id
    showcases.create(fair, ShowcaseDraft({"ru": "Умный город"}), by=curator, now=OPEN)

    assert exported(fair).showcases == ()


@pytest.mark.parametrize("role", list(MemberRole))
def test_organizers_alone_export(fair: Store, role: MemberRole) -> None:
    college = "temirqol" if role in (MemberRole.EDITOR, MemberRole.COORDINATOR) else None
    who = someone(fair, role, college=college)
    with fair.reading() as session:
        if role is MemberRole.ORGANIZER:
            assert len(public_edition(session, "fair", by=who.id, now=NOW).exhibits) == 3
        else:
            with pytest.raises(Refused, match="Your role doesn’t allow this"):
                public_edition(session, "fair", by=who.id, now=NOW)


def test_an_edition_that_is_not_there_is_said(fair: Store) -> None:
    with fair.reading() as session, pytest.raises(NotThere, match="no such edition"):
        public_edition(session, "other", by=COMMAND_LINE, now=NOW)
