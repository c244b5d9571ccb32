from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from catalog import Store, consents, desk, pictures, reading, review, submissions
from catalog.audit import read_acts
from catalog.choices import Decision, GivenBy, Kind, MemberRole, Role, Scope, State
from catalog.drafts import Draft, DraftPerson, DraftPicture, DraftText
from catalog.errors import NotThere
from catalog.models import (
    Consent,
    Exhibit,
    ExhibitPerson,
    Person,
    Picture,
    Proposal,
    Revision,
    WorkingCopy,
)
from catalog.notices import NoticeKind, notices_of
from catalog.permissions import COMMAND_LINE
from catalog.problems import ProblemCode
from catalog.records import CreatorRecord
from catalog.refusals import Reason, Refused
from catalog.states import Incomplete
from catalog.values import draft_from, values_of
from tests.catalog.people import someone
from tests.catalog.test_pictures import a_picture

NOW = datetime(2026, 11, 5, 6, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
FROZEN = datetime(2026, 11, 25, 6, 0, tzinfo=UTC)
SIGNED = date(2026, 11, 4)


SAID = "Его собрал Алмас Сериков, а Сериков Алмас показывает."


@dataclass(frozen=True)
class Team:
    """A college's people at work, and a published exhibit of theirs that names and shows two."""

    editor: int
    coordinator: int
    organizer: int
    reviewer: int
    code: str
    picture: str
    grown_up: int
    minor: int


def consent(
    fair: Store,
    person: int,
    by: int,
    *,
    scope: Scope = Scope.BOTH,
    given_by: GivenBy = GivenBy.REPRESENTATIVE,
    now: datetime = NOW,
) -> int:
    return consents.record_consent(
        fair, person, scope=scope, given_by=given_by, given_on=SIGNED, by=by, now=now
    )


def draft_of_team(grown_up: int, minor: int, picture: str) -> Draft:
    return Draft(
        college="temirqol",
        texts={"ru": DraftText("Станок", "Мини-станок.", SAID)},
        kind=Kind.PROTOTYPE,
        technologies=("robotics",),
        creators=(Role.AUTHOR,),
        named=(
            DraftPerson(minor, Role.AUTHOR, True),
            DraftPerson(grown_up, Role.SUPERVISOR, True),
        ),
        pictures=(DraftPicture(picture, {"ru": "За станком"}, False, (grown_up, minor)),),
    )  # fmt: skip


@pytest.fixture
def team(fair: Store) -> Team:
    editor = someone(fair, MemberRole.EDITOR, college="temirqol").id
    coordinator = someone(fair, MemberRole.COORDINATOR, college="temirqol").id
    organizer = someone(fair, MemberRole.ORGANIZER).id
    reviewer = someone(fair, MemberRole.REVIEWER).id
    picture = pictures.add_picture(fair, a_picture(1), college="temirqol", by=editor, now=NOW)
    grown_up, minor = (
        consents.add_person(
            fair, college="temirqol", name=name, is_minor=is_minor, by=editor, now=NOW
        )
        for name, is_minor in (("Гүлнар Омарова", False), ("Алмас Сериков", True))
    )
    consent(fair, grown_up, coordinator, given_by=GivenBy.SELF)
    consent(fair, minor, coordinator)
    copy = submissions.open_copy(fair, college="temirqol", by=editor, now=NOW)
    draft = draft_of_team(grown_up, minor, picture)
    submissions.autosave(fair, copy.id, draft, by=editor, now=NOW)
    code = submissions.save(fair, copy.id, by=editor, now=NOW).code
    submissions.submit(fair, code, by=coordinator, now=NOW)
    review.decide(fair, [code], Decision.ACCEPTED, by=reviewer, now=NOW)
    review.move(fair, [code], State.PUBLISHED, by=organizer, now=NOW)
    return Team(editor, coordinator, organizer, reviewer, code, picture, grown_up, minor)


def shown(fair: Store, team: Team) -> tuple[tuple[CreatorRecord, ...], list[str], bool]:
    """What the public gets of the team's exhibit: creators, pictures on its page, the file."""
    with fair.reading() as session:
        record = reading.exhibit(session, team.code)
        assert record is not None
        assert record == reading.exhibits_by_code(session, [team.code])[team.code]
        file = pictures.public_picture(session, team.picture, 320)
        return record.people, [one.hash for one in record.pictures], file is not None


MINOR_NAMED = CreatorRecord(Role.AUTHOR, "Алмас Сериков")
MINOR_HIDDEN = CreatorRecord(Role.AUTHOR, None)
SUPERVISOR_NAMED = CreatorRecord(Role.SUPERVISOR, "Гүлнар Омарова")


def test_with_consents_names_and_faces_are_public(fair: Store, team: Team) -> None:
    assert shown(fair, team) == ((MINOR_NAMED, SUPERVISOR_NAMED), [team.picture], True)
    with fair.reading() as session:
        file = pictures.public_picture(session, team.picture, 320)
        assert file is not None
        assert not file.for_good


@pytest.mark.parametrize(
    ("scope", "name", "face"),
    [
        (Scope.NAME, MINOR_HIDDEN, True),
        (Scope.FACE, MINOR_NAMED, False),
        (Scope.BOTH, MINOR_HIDDEN, False),
    ],
)
def test_revoking_hides_at_once_what_was_revoked_and_no_more(
    fair: Store, team: Team, scope: Scope, name: CreatorRecord, face: bool
) -> None:
    before = fair.revision()

    consents.revoke_consent(fair, team.minor, scope, by=team.editor, now=LATER)

    hashes = [team.picture] if face else []
    assert shown(fair, team) == ((name, SUPERVISOR_NAMED), hashes, face)
    assert fair.revision() == before + 1
    with fair.reading() as session:
        assert reading.changes(session, before) == {team.code}
        # The college still sees what it gave in.
        assert pictures.private_picture(session, team.picture, 320, by=team.editor) is not None


def test_what_concerns_no_published_exhibit_is_no_news_to_the_public(
    fair: Store, team: Team
) -> None:
    before = fair.revision()
    other = consents.add_person(
        fair, college="temirqol", name="Дана", is_minor=False, by=team.editor, now=NOW
    )
    consent(fair, other, team.coordinator, given_by=GivenBy.SELF)
    with fair.writing() as session:
        session.scalars(select(Exhibit).where(Exhibit.code == team.code)).one().state = State.DRAFT
    consents.revoke_consent(fair, team.minor, Scope.BOTH, by=team.editor, now=LATER)

    assert fair.revision() == before


def test_a_new_consent_shows_them_again(fair: Store, team: Team) -> None:
    consents.revoke_consent(fair, team.minor, Scope.BOTH, by=team.editor, now=LATER)
    consent(fair, team.minor, team.coordinator, scope=Scope.NAME, now=LATER)
    assert shown(fair, team) == ((MINOR_NAMED, SUPERVISOR_NAMED), [], False)

    consent(fair, team.minor, team.coordinator, scope=Scope.FACE, now=LATER)

    assert shown(fair, team) == ((MINOR_NAMED, SUPERVISOR_NAMED), [team.picture], True)


def test_a_name_that_is_not_to_be_shown_is_not_even_with_a_consent(fair: Store, team: Team) -> None:
    with fair.writing() as session:
        row = session.scalars(
            select(ExhibitPerson).where(ExhibitPerson.person_id == team.grown_up)
        ).one()
        row.shown = False

    people, _, _ = shown(fair, team)

    assert people == (MINOR_NAMED, CreatorRecord(Role.SUPERVISOR, None))


def test_a_picture_of_somebody_is_hidden_whatever_another_exhibit_says_of_it(
    fair: Store, team: Team
) -> None:
    copy = submissions.open_copy(fair, college="temirqol", by=team.editor, now=NOW)
    draft = Draft(
        college="temirqol",
        texts={"ru": DraftText("Другой станок")},
        pictures=(DraftPicture(team.picture, {"ru": "Станок"}, True),),
    )
    submissions.autosave(fair, copy.id, draft, by=team.editor, now=NOW)
    other = submissions.save(fair, copy.id, by=team.editor, now=NOW).code
    with fair.writing() as session:
        session.scalars(select(Exhibit).where(Exhibit.code == other)).one().state = State.PUBLISHED
    before = fair.revision()

    consents.revoke_consent(fair, team.grown_up, Scope.FACE, by=team.editor, now=LATER)

    with fair.reading() as session:
        found = reading.exhibits_by_code(session, [team.code, other])
        assert [found[code].pictures for code in (team.code, other)] == [(), ()]
        assert pictures.public_picture(session, team.picture, 320) is None
        assert reading.changes(session, before) == {team.code, other}


def test_without_consents_an_entry_is_neither_given_in_nor_published(
    fair: Store, team: Team
) -> None:
    nobody_asked = consents.add_person(
        fair, college="temirqol", name="Дана", is_minor=True, by=team.editor, now=NOW
    )
    copy = submissions.open_copy(fair, college="temirqol", by=team.editor, now=NOW)
    draft = replace(
        draft_of_team(team.grown_up, nobody_asked, team.picture),
        texts={"ru": DraftText("Пресс", "", "Пресс.")},
    )  # fmt: skip
    submissions.autosave(fair, copy.id, draft, by=team.editor, now=NOW)
    code = submissions.save(fair, copy.id, by=team.editor, now=NOW).code

    with pytest.raises(Incomplete) as incomplete:
        submissions.submit(fair, code, by=team.coordinator, now=NOW)
    assert [(one.field, one.code, one.value) for one in incomplete.value.problems] == [
        ("named", ProblemCode.NAME_WITHOUT_CONSENT, "Дана")
    ]

    consent(fair, nobody_asked, team.coordinator, scope=Scope.NAME)
    submissions.submit(fair, code, by=team.coordinator, now=NOW)
    review.decide(fair, [code], Decision.ACCEPTED, by=team.reviewer, now=NOW)
    (outcome,) = review.move(fair, [code], State.PUBLISHED, by=team.organizer, now=NOW)
    assert isinstance(outcome.error, Incomplete)
    assert [(one.field, one.code) for one in outcome.error.problems] == [
        ("pictures", ProblemCode.FACE_WITHOUT_CONSENT)
    ]

    consent(fair, nobody_asked, team.coordinator, scope=Scope.FACE)
    (outcome,) = review.move(fair, [code], State.PUBLISHED, by=team.organizer, now=NOW)
    assert outcome.error is None


def test_changes_that_name_somebody_without_a_consent_are_not_given_in(
    fair: Store, team: Team
) -> None:
    unasked = consents.add_person(
        fair, college="temirqol", name="Дана", is_minor=False, by=team.editor, now=NOW
    )
    copy = submissions.open_copy(fair, code=team.code, by=team.editor, now=NOW)
    draft = replace(
        copy.draft, named=(*copy.draft.named, DraftPerson(unasked, Role.PRESENTER, True))
    )
    submissions.autosave(fair, copy.id, draft, by=team.editor, now=NOW)
    assert submissions.save(fair, copy.id, by=team.editor, now=NOW).proposed

    with pytest.raises(Incomplete):
        submissions.submit(fair, team.code, by=team.coordinator, now=NOW)
    consent(fair, unasked, team.coordinator, scope=Scope.NAME, given_by=GivenBy.SELF)
    submissions.submit(fair, team.code, by=team.coordinator, now=NOW)
    assert shown(fair, team)[0] == (MINOR_NAMED, SUPERVISOR_NAMED)

    (outcome,) = review.decide(fair, [team.code], Decision.ACCEPTED, by=team.reviewer, now=NOW)

    assert outcome.error is None
    assert shown(fair, team)[0][2] == CreatorRecord(Role.PRESENTER, "Дана")


def test_an_entry_of_nobody_needs_no_consent(fair: Store, team: Team) -> None:
    with fair.reading() as session:
        draft = Draft("temirqol", creators=(Role.AUTHOR,))
        assert consents.problems_of_people(session, draft, faces=True) == []
        hidden = replace(draft, named=(DraftPerson(team.minor, Role.AUTHOR, False),))
        assert consents.problems_of_people(session, hidden, faces=True) == []


def test_a_minor_is_spoken_for(fair: Store, team: Team) -> None:
    with pytest.raises(Refused) as refused:
        consent(fair, team.minor, team.coordinator, given_by=GivenBy.SELF)
    assert refused.value.reason is Reason.CONSENT_OF_A_MINOR

    # Somebody taken for grown up turns out not to be.
    consents.change_person(
        fair, team.grown_up, name="Гүлнар Омарова", is_minor=True, by=team.coordinator, now=LATER
    )
    assert shown(fair, team) == (
        (MINOR_NAMED, CreatorRecord(Role.SUPERVISOR, None)), [], False,
    )  # fmt: skip


@pytest.mark.parametrize("given_on", [date(2026, 11, 8), date(2021, 10, 1)])
def test_the_day_of_a_signature_is_a_sane_one(fair: Store, team: Team, given_on: date) -> None:
    with pytest.raises(Refused) as refused:
        consents.record_consent(
            fair, team.minor, scope=Scope.NAME, given_by=GivenBy.REPRESENTATIVE,
            given_on=given_on, by=team.coordinator, now=NOW,
        )  # fmt: skip
    assert refused.value.reason is Reason.CONSENT_DATE


@pytest.mark.parametrize("name", ["", "  ", "а" * 101, "Айгүл 870112300123", "А\0йгүл"])
def test_a_name_is_a_name(fair: Store, team: Team, name: str) -> None:
    with pytest.raises(Refused) as refused:
        consents.add_person(
            fair, college="temirqol", name=name, is_minor=True, by=team.editor, now=NOW
        )
    assert refused.value.reason is Reason.BAD_PERSON_NAME


def test_a_newer_consent_to_the_same_replaces_the_older(fair: Store, team: Team) -> None:
    consent(fair, team.minor, team.organizer, now=LATER)

    with fair.reading() as session:
        (_, minor) = sorted(
            consents.people_of(session, "temirqol", by=team.editor, now=LATER),
            key=lambda one: one.is_minor,
        )
        assert [one.revoked_at for one in minor.consents] == [LATER, None]
        assert minor.name_is_public
        verified = session.scalars(
            select(Consent.verified_by).where(Consent.person_id == team.minor).order_by(Consent.id)
        ).all()
        assert verified == [team.coordinator, team.organizer]


# Who may do what with a college's people: its own, another college's, and after the freeze.
WHO: list[tuple[MemberRole, str | None]] = [
    (MemberRole.EDITOR, "temirqol"),
    (MemberRole.COORDINATOR, "temirqol"),
    (MemberRole.REVIEWER, None),
    (MemberRole.CURATOR, None),
    (MemberRole.ORGANIZER, None),
    (MemberRole.EDITOR, "zhasyl-dala"),
    (MemberRole.COORDINATOR, "zhasyl-dala"),
]
# In the order of WHO: + done, r refused, n not there.
BY_HAND = {
    "add_person": "+ + r r + r r",
    "change_person": "r + r n + n n",
    "people_of": "+ + r r + r r",
    "people_in": "+ + + n + n n",
    "record_consent": "r + r n + n n",
    "revoke_consent": "+ + r n + n n",
    "erase_person": "r r r n + n n",
}
FROZEN_BY_HAND = {
    "add_person": "r r r r + r r",
    "people_of": "+ + r r + r r",
    "record_consent": "r r r n + n n",
    "revoke_consent": "+ + r n + n n",
}


def calls(fair: Store, team: Team, by: int, now: datetime) -> dict[str, Callable[[], object]]:
    def people_of() -> None:
        with fair.reading() as session:
            consents.people_of(session, "temirqol", by=by, now=now)

    def people_in() -> None:
        with fair.reading() as session:
            assert len(consents.people_in(session, team.code, by=by, now=now)) == 2

    return {
        "add_person": lambda: consents.add_person(
            fair, college="temirqol", name="Дана", is_minor=True, by=by, now=now
        ),
        "change_person": lambda: consents.change_person(
            fair, team.minor, name="Алмас Серік", is_minor=True, by=by, now=now
        ),
        "people_of": people_of,
        "people_in": people_in,
        "record_consent": lambda: consent(fair, team.minor, by, now=now),
        "revoke_consent": lambda: consents.revoke_consent(
            fair, team.minor, Scope.BOTH, by=by, now=now
        ),
        "erase_person": lambda: consents.erase_person(fair, team.minor, by=by, now=now),
    }


@pytest.mark.parametrize("position", range(len(WHO)))
@pytest.mark.parametrize("frozen", [False, True])
def test_who_may_do_what_with_people(fair: Store, team: Team, position: int, frozen: bool) -> None:
    role, college = WHO[position]
    by = someone(fair, role, college=college).id
    moment, expected = (FROZEN, FROZEN_BY_HAND) if frozen else (LATER, BY_HAND)
    for name, cells in expected.items():
        try:
            calls(fair, team, by, moment)[name]()
            outcome = "+"
        except Refused:
            outcome = "r"
        except NotThere:
            outcome = "n"
        assert outcome == cells.split()[position], (name, role)


def test_an_editor_mends_the_name_of_somebody_who_has_not_consented(
    fair: Store, team: Team
) -> None:
    consents.revoke_consent(fair, team.minor, Scope.BOTH, by=team.editor, now=LATER)
    consents.change_person(
        fair, team.minor, name="Алмас Серік", is_minor=True, by=team.editor, now=LATER
    )
    with pytest.raises(Refused) as refused:
        consents.change_person(
            fair, team.grown_up, name="Гүлнар", is_minor=False, by=team.editor, now=LATER
        )
    assert refused.value.reason is Reason.CONSENT_IS_RECORDED


def test_an_organizer_acts_in_the_colleges_stead_and_no_name_is_logged(
    fair: Store, team: Team
) -> None:
    consent(fair, team.minor, team.organizer, now=LATER)
    consents.erase_person(fair, team.minor, by=team.organizer, now=LATER)

    with fair.reading() as session:
        acts = [one for one in read_acts(session, by=team.organizer) if one.object_kind == "person"]
    about = [(one.action, one.college is not None) for one in acts[:2]]
    assert about == [("erase_person", False), ("record_consent", True)]
    assert {one.object_id for one in acts} == {str(team.minor), str(team.grown_up)}


def test_erasing_a_person_leaves_nothing_of_them_anywhere(fair: Store, team: Team) -> None:
    # A comment, a notice and the history say the name too.
    third = pictures.add_picture(fair, a_picture(3), college="temirqol", by=team.editor, now=NOW)
    _ask_for_changes(fair, team, "Уберите имя: Алмас Сериков.")
    # The picture is in somebody's unsaved copy too, with another one that only the copy has.
    second = pictures.add_picture(fair, a_picture(2), college="temirqol", by=team.editor, now=NOW)
    copy = submissions.open_copy(fair, code=team.code, by=team.editor, now=NOW)
    draft = replace(
        copy.draft,
        texts={"ru": DraftText("Станок", "АЛМАС  СЕРИКОВ и его станок")},
        keywords=("станок", "Алмас Сериков", "сериков алмас"),
        pictures=(
            *copy.draft.pictures,
            DraftPicture(second, {"ru": "Он"}, False, (team.minor,)),
            DraftPicture(third, {"ru": "Станок, его собрал Алмас Сериков"}, True),
        ),
    )
    submissions.autosave(fair, copy.id, draft, by=team.editor, now=NOW)
    before = fair.revision()

    erased = consents.erase_person(fair, team.minor, by=team.organizer, now=LATER)

    assert erased == consents.Erased(2, (team.code,))
    assert shown(fair, team) == ((SUPERVISOR_NAMED,), [], False)
    with fair.reading() as session:
        assert reading.changes(session, before) == {team.code}
        assert session.scalars(select(Picture.hash)).all() == [third]
        assert session.get(Person, team.minor) is None
        assert session.scalars(
            select(Consent).where(Consent.person_id == team.minor)
        ).all() == []  # fmt: skip
        record = reading.exhibit(session, team.code)
        assert record is not None
        said = "Его собрал […], а […] показывает."
        assert record.texts["ru"].description == said
        revision, _ = session.scalars(select(Revision).order_by(Revision.number))
        assert revision.content["description_ru"] == said
        assert "pictures" not in revision.content
        assert [one["person"] for one in revision.content["named"]] == [team.grown_up]
        mine = submissions.copy_by_id(session, copy.id, by=team.editor)
        assert mine.draft.texts["ru"].summary == "[…] и его станок"
        assert mine.draft.keywords == ("станок",)
        assert mine.base.pictures == ()
        assert mine.draft.pictures == (DraftPicture(third, {"ru": "Станок, его собрал […]"}, True),)
        (notice,) = [
            one
            for one in notices_of(session, by=team.editor)
            if one.kind == NoticeKind.CHANGES_REQUESTED
        ]
        assert notice.parameters["reason"] == "Уберите имя: […]."
        view = desk.entry_view(session, team.code, by=team.editor, now=LATER)
        assert [one.comment for one in view.revisions] == ["", "Уберите имя: […]."]
        assert "Уберите имя: […]." in [one.reason for one in view.history]
        everything = " ".join(
            str(row.content)
            for table in (Revision, Proposal, WorkingCopy)
            for row in session.scalars(select(table))
        )
        assert "сериков" not in everything.casefold()
    # What the editor wrote is still there, and is saved without complaint.
    submissions.save(fair, copy.id, by=team.editor, now=LATER)


def _ask_for_changes(fair: Store, team: Team, comment: str) -> None:
    copy = submissions.open_copy(fair, code=team.code, by=team.editor, now=NOW)
    draft = replace(copy.draft, keywords=("пресс",))
    submissions.autosave(fair, copy.id, draft, by=team.editor, now=NOW)
    submissions.save(fair, copy.id, by=team.editor, now=NOW)
    submissions.submit(fair, team.code, by=team.coordinator, now=NOW)
    (outcome,) = review.decide(
        fair, [team.code], Decision.CHANGES_REQUESTED, reason=comment, by=team.reviewer, now=NOW
    )
    assert outcome.error is None


def test_a_name_of_one_word_is_not_hunted_in_texts(fair: Store, team: Team) -> None:
    person = consents.add_person(
        fair, college="temirqol", name="Его", is_minor=False, by=team.editor, now=NOW
    )

    erased = consents.erase_person(fair, person, by=COMMAND_LINE, now=LATER)

    assert erased == consents.Erased(0, ())


def test_an_entry_names_the_people_of_its_own_college_alone(fair: Store, team: Team) -> None:
    editor = someone(fair, MemberRole.EDITOR, college="zhasyl-dala").id
    theirs = consents.add_person(
        fair, college="zhasyl-dala", name="Ержан", is_minor=False, by=editor, now=NOW
    )
    copy = submissions.open_copy(fair, college="zhasyl-dala", by=editor, now=NOW)
    draft = Draft(
        college="zhasyl-dala",
        texts={"ru": DraftText("Теплица")},
        named=(
            DraftPerson(team.minor, Role.AUTHOR, True),
            DraftPerson(theirs, Role.AUTHOR, True),
            DraftPerson(10_000, Role.AUTHOR, True),
        ),
    )
    submissions.autosave(fair, copy.id, draft, by=editor, now=NOW)
    code = submissions.save(fair, copy.id, by=editor, now=NOW).code

    again = submissions.open_copy(fair, code=code, by=editor, now=NOW)

    assert again.draft.named == (DraftPerson(theirs, Role.AUTHOR, True),)


def test_next_years_copy_names_nobody(fair: Store, team: Team) -> None:
    copy = submissions.open_copy(
        fair, college="temirqol", copy_from=team.code, by=team.editor, now=LATER
    )

    assert copy.draft.named == ()


def test_people_and_pictures_survive_being_kept_as_values(team: Team) -> None:
    draft = draft_of_team(team.grown_up, team.minor, team.picture)

    assert draft_from(values_of(draft)) == draft


def test_naming_somebody_twice_in_one_role_is_a_problem(fair: Store, team: Team) -> None:
    copy = submissions.open_copy(fair, college="temirqol", by=team.editor, now=NOW)
    twice = DraftPerson(team.minor, Role.AUTHOR, True)
    draft = Draft("temirqol", texts={"ru": DraftText("Станок")}, named=(twice, twice))
    submissions.autosave(fair, copy.id, draft, by=team.editor, now=NOW)

    with pytest.raises(Incomplete) as incomplete:
        submissions.save(fair, copy.id, by=team.editor, now=NOW)

    assert [one.code for one in incomplete.value.problems] == [ProblemCode.NAMED_TWICE]
