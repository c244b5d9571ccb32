"""The whole table of role × action × scope × state × freeze, beside one written by hand."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from catalog import Store
from catalog.choices import MemberRole, State
from catalog.models import Account, College, Edition, Exhibit, UsedCode
from catalog.permissions import (
    COMMAND_LINE,
    FOR_A_COLLEGE,
    MACHINE,
    Action,
    Actor,
    Grant,
    Subject,
    actor_of,
    colleges_of,
    entries_within,
    may,
    require,
    subject_of,
)
from catalog.refusals import Reason, Refused
from catalog.states import STEPS
from tests.catalog.people import someone

# + in every state, - never; D draft, S submitted, C changes requested, A accepted, R rejected,
# U duplicate, P published, X cancelled, W withdrawn. The last column: ends for all but organizers
# at the freeze.
BY_HAND = """
                    editor  coordinator  reviewer  curator  organizer  freeze
see_entry           +       +            SCARUPX   AP       +          -
see_logistics       +       +            -         -        +          -
see_people_shown    +       +            SCARUPX   -        +          -
see_unsent          +       +            -         -        +          -
see_deciders        -       -            +         -        +          -
edit_entry          DCAP    DCAP         -         -        +          ends
record_consent      -       +            -         -        +          ends
revoke_consent      +       +            -         -        +          -
review              -       -            SCARUPX   -        SCARUPX    -
hide                -       -            -         -        P          -
assign_stand        -       -            -         -        APX        -
record_award        -       -            -         -        APX        -
create_draft        +       +            -         -        +          ends
add_walk_in         -       -            -         -        +          -
submit              -       +            -         -        +          ends
answer_changes      -       +            -         -        +          ends
withdraw            -       +            -         -        +          ends
request_changes     -       -            +         -        -          ends
decide              -       -            +         -        +          ends
mark_duplicate      -       -            -         -        +          -
reopen              -       -            -         -        +          -
publish             -       -            -         -        +          -
cancel              -       -            -         -        +          -
bring_back          -       -            -         -        +          -
upload              +       +            -         -        +          ends
import_rows         +       +            -         -        +          ends
export_rows         +       +            -         -        +          -
see_college_work    +       +            -         -        +          -
edit_college        -       +            -         -        +          -
answer_challenge    -       +            -         -        +          -
manage_colleges     -       -            -         -        +          -
edit_showcase       -       -            -         +        +          -
publish_showcase    -       -            -         +        +          -
see_insight         -       -            -         +        +          -
translate           -       -            -         +        +          -
manage_stands       -       -            -         -        +          -
print               -       -            -         -        +          -
manage_vocabulary   -       -            -         -        +          -
manage_challenges   -       -            -         -        +          -
manage_people       -       -            -         -        +          -
manage_edition      -       -            -         -        +          -
erase_person        -       -            -         -        +          -
export_edition      -       -            -         -        +          -
see_audit           -       -            -         -        +          -
"""
LETTERS = {
    State.DRAFT: "D", State.SUBMITTED: "S", State.CHANGES_REQUESTED: "C", State.ACCEPTED: "A",
    State.REJECTED: "R", State.DUPLICATE: "U", State.PUBLISHED: "P", State.CANCELLED: "X",
    State.WITHDRAWN: "W",
}  # fmt: skip
CELLS = {
    (row.split()[0], role): cell
    for row in BY_HAND.splitlines()[2:]
    for role, cell in zip(BY_HAND.split()[:5], row.split()[1:6], strict=True)
}
# What an archive still lets people do.
IN_ARCHIVES = set(
    "see_entry see_logistics see_people_shown review revoke_consent hide export_rows"
    " see_college_work see_insight print manage_people manage_edition erase_person export_edition"
    " see_audit".split()
)
ENDS = {row.split()[0] for row in BY_HAND.splitlines()[2:] if row.split()[6] == "ends"}
HERE, ELSEWHERE, THIS_YEAR, LAST_YEAR = 1, 2, 26, 25


def by_hand(action: Action, grant: Grant, subject: Subject) -> bool:
    cell = CELLS[action, grant.role]
    if cell == "-":
        return False
    if grant.college is not None and grant.college != subject.college:
        return False
    if grant.edition is not None and grant.edition != subject.edition:
        return False
    if subject.archived and action not in IN_ARCHIVES:
        return False
    if subject.frozen and action in ENDS and grant.role != "organizer":
        return False
    return subject.state is None or cell == "+" or LETTERS[subject.state] in cell


def test_the_table_by_hand_has_every_action_and_role() -> None:
    assert set(CELLS) == set(itertools.product(map(str, Action), map(str, MemberRole)))


@pytest.mark.parametrize("action", Action)
def test_every_role_scope_state_and_freeze_is_as_written_by_hand(action: Action) -> None:
    grants = [
        Grant(role, college, edition)
        for role, college, edition in itertools.product(MemberRole, (None, HERE), (None, THIS_YEAR))
    ]
    subjects = [
        Subject(college, edition, state, frozen, archived)
        for college, edition, state, frozen, archived in itertools.product(
            (None, HERE, ELSEWHERE),
            (None, THIS_YEAR, LAST_YEAR),
            (None, *State),
            (False, True),
            (False, True),
        )
    ]
    for grant, subject in itertools.product(grants, subjects):
        expected = by_hand(action, grant, subject)
        assert may(Actor(7, (grant,)), action, subject) is expected, (grant, subject)


def test_several_roles_add_up_and_the_least_of_them_is_named() -> None:
    both = Actor(7, (Grant(MemberRole.ORGANIZER), Grant(MemberRole.COORDINATOR, HERE)))

    assert require(both, Action.SUBMIT, Subject(HERE)) is MemberRole.COORDINATOR
    assert require(both, Action.SUBMIT, Subject(ELSEWHERE)) is MemberRole.ORGANIZER
    assert not may(Actor(7, ()), Action.SEE_ENTRY, Subject(HERE))


@pytest.mark.parametrize(
    ("subject", "reason"),
    [
        (Subject(ELSEWHERE, THIS_YEAR, State.DRAFT), Reason.NOT_YOUR_ROLE),
        (Subject(HERE, THIS_YEAR, State.SUBMITTED), Reason.NOT_IN_STATE),
        (Subject(HERE, THIS_YEAR, State.DRAFT, frozen=True), Reason.FROZEN),
        (Subject(HERE, THIS_YEAR, State.DRAFT, archived=True), Reason.ARCHIVED),
        # Another college's state and freeze are none of one's business.
        (Subject(ELSEWHERE, THIS_YEAR, State.SUBMITTED, frozen=True), Reason.NOT_YOUR_ROLE),
    ],
)
def test_a_refusal_says_why(subject: Subject, reason: Reason) -> None:
    editor = Actor(7, (Grant(MemberRole.EDITOR, HERE),))

    with pytest.raises(Refused) as refused:
        require(editor, Action.EDIT_ENTRY, subject)

    assert refused.value.reason is reason


def test_every_refusal_has_a_sentence_in_three_languages() -> None:
    facts = {
        "state": "draft", "to": "published", "minutes": 3, "least": 10, "most": 200, "length": 4,
        "code": "R2B2T2", "quota": 5, "of": "R2B2T3", "limit": 2000,
        "slug": "fair", "name": "College", "given": "21.5", "width": 9,
        "height": 900, "pictures": 5, "megabytes": 400, "hall": "A", "number": "A-01",
        "by": "R2B2T4",
        "what": "title", "email": "a@college.kz",
    }  # fmt: skip
    for reason in Reason:
        said = {Refused(reason, **facts).sentence(language) for language in ("kk", "ru", "en")}
        assert len(said) == 3
        assert all(one.endswith(".") and "{" not in one for one in said)


def test_every_step_of_the_state_table_is_somebodys(now: datetime) -> None:
    everybody = Actor(7, tuple(Grant(role) for role in MemberRole))
    for step in STEPS:
        assert may(everybody, step.action, Subject(HERE, THIS_YEAR, step.origin))


def test_what_a_coordinator_does_an_organizer_does_in_the_colleges_stead() -> None:
    coordinators = {action for action, role in CELLS if role == "coordinator"
                    and CELLS[action, role] != "-"}  # fmt: skip

    assert set(map(str, FOR_A_COLLEGE)) == coordinators
    assert all(CELLS[action, "organizer"] == "+" for action in coordinators)


def test_the_actor_is_what_the_database_says_now(fair: Store, now: datetime) -> None:
    editor = someone(fair, MemberRole.EDITOR, college="temirqol")
    with fair.writing() as session:
        temirqol = session.scalars(select(College.id).where(College.slug == "temirqol")).one()
        assert actor_of(session, editor.id).grants == (Grant(MemberRole.EDITOR, temirqol),)
        session.get_one(Account, editor.id).blocked_at = now
        session.flush()
        with pytest.raises(Refused) as refused:
            actor_of(session, editor.id)
        assert refused.value.reason is Reason.BLOCKED
        with pytest.raises(Refused) as refused:
            actor_of(session, editor.id + 1)
        assert refused.value.reason is Reason.SIGNED_OUT
        assert actor_of(session, COMMAND_LINE) == MACHINE


def test_a_demo_account_can_do_nothing_once_there_is_a_real_fair(fair: Store) -> None:
    demo = someone(fair, MemberRole.ORGANIZER, is_demo=True)
    with fair.reading() as session:
        assert actor_of(session, demo.id).account == demo.id
    with fair.writing() as session:
        session.add(Edition(slug="real", year=2027, name_ru="Настоящая"))
    with fair.reading() as session, pytest.raises(Refused) as refused:
        actor_of(session, demo.id)
    assert refused.value.reason is Reason.DEMO_CLOSED


@pytest.fixture
def many_entries(fair: Store) -> Store:
    """Two editions, each with one exhibit of two colleges in every state."""
    with fair.writing() as session:
        old = Edition(slug="old", year=2025, name_ru="Прежняя")
        session.add(old)
        sample = session.scalars(select(Exhibit).where(Exhibit.code == "R2B2T2")).one()
        colleges = session.scalars(select(College).where(College.slug != "empty")).all()
        number = itertools.count()
        for edition, college, state in itertools.product((sample.edition, old), colleges, State):
            code = f"ZZZZ{chr(65 + next(number) // 8)}{next(number) % 8 + 2}"
            session.add(_entry(code, edition, college, state))
    return fair


def _entry(code: str, edition: Edition, college: College, state: State) -> Exhibit:
    moment = datetime(2026, 11, 1, tzinfo=UTC)
    return Exhibit(
        code=code, used_code=UsedCode(code=code), edition=edition, college=college, state=state,
        created_at=moment, updated_at=moment,
    )  # fmt: skip


def test_lists_hold_exactly_what_each_may_see_one_by_one(
    many_entries: Store, now: datetime
) -> None:
    with many_entries.reading() as session:
        everything = session.scalars(select(Exhibit)).all()
        one = everything[0]
        for role, college, edition in itertools.product(
            MemberRole, (None, one.college_id), (None, one.edition_id)
        ):
            actor = Actor(7, (Grant(role, college, edition),))
            for action in (Action.SEE_ENTRY, Action.REVIEW, Action.EDIT_ENTRY, Action.HIDE):
                listed = session.scalars(select(Exhibit.code).where(entries_within(actor, action)))
                singly = {
                    entry.code
                    for entry in everything
                    if may(actor, action, subject_of(entry, now - timedelta(days=365)))
                }
                assert set(listed) == singly
        nobody = entries_within(Actor(7, ()), Action.SEE_ENTRY)
        assert session.scalars(select(Exhibit.code).where(nobody)).all() == []
        editor = Actor(7, (Grant(MemberRole.EDITOR, one.college_id),))
        frozen = entries_within(editor, Action.EDIT_ENTRY, frozen=True)
        assert session.scalars(select(Exhibit.code).where(frozen)).all() == []


def test_an_edition_is_frozen_from_its_moment_on(fair: Store) -> None:
    freeze = datetime(2026, 11, 24, 18, 59, 59, tzinfo=UTC)
    with fair.reading() as session:
        robot = session.scalars(select(Exhibit).where(Exhibit.code == "R2B2T2")).one()
        assert not subject_of(robot, freeze - timedelta(seconds=1)).frozen
        assert subject_of(robot, freeze).frozen
        robot.edition.freeze_at = None
        assert not subject_of(robot, freeze).frozen


def test_the_colleges_one_acts_for() -> None:
    editor = Actor(7, (Grant(MemberRole.EDITOR, 3), Grant(MemberRole.REVIEWER, 4)))

    assert colleges_of(editor, Action.IMPORT_ROWS) == {3}
    assert colleges_of(editor, Action.EDIT_COLLEGE) == frozenset()
    assert colleges_of(MACHINE, Action.IMPORT_ROWS) is None
