"""One-time links: made, looked at, used up once, withdrawn, made anew."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from catalog import Store, accounts, links
from catalog.choices import LinkKind, MemberRole
from catalog.errors import NotThere
from catalog.models import Account, AuditEntry, Invitation, SignIn
from catalog.permissions import COMMAND_LINE, Grant, actor_of
from catalog.refusals import Reason, Refused
from tests.catalog.people import PASSWORD, someone

NEW = "a new password"


def accept(store: Store, token: str, now: datetime, **changes: str) -> int:
    given = {"login": "Aigul@College.kz ", "name": " Айгүл  Серік ", "language": "kk",
             "password": NEW, **changes}  # fmt: skip
    return links.accept(store, token, now=now, **given)


def reason_of(call: Callable[[], object]) -> Reason:
    with pytest.raises(Refused) as refused:
        call()
    return refused.value.reason


@pytest.fixture
def coordinators(fair: Store, now: datetime) -> links.IssuedLink:
    """A link into the role of a coordinator."""
    return links.invite(
        fair, by=COMMAND_LINE, role=MemberRole.COORDINATOR, college="temirqol", whom="КРТ",
        now=now,
    )  # fmt: skip


def test_an_invitation_makes_an_account_with_its_role_once(
    fair: Store, coordinators: links.IssuedLink, now: datetime
) -> None:
    with fair.reading() as session:
        seen = links.look_at(session, coordinators.token, now=now)
    assert (seen.kind, seen.role, seen.whom) == (LinkKind.INVITE, MemberRole.COORDINATOR, "КРТ")
    assert seen.college is not None
    assert (seen.college.slug, seen.edition, seen.expires_at - now) == (
        "temirqol", None, timedelta(days=14),
    )  # fmt: skip

    account = accept(fair, coordinators.token, now)

    with fair.reading() as session:
        row = session.get_one(Account, account)
        assert (row.login, row.name, row.language) == ("aigul@college.kz", "Айгүл Серік", "kk")
        assert (row.password_hash or "").startswith("$argon2id$")
        (grant,) = actor_of(session, account).grants
        assert grant == Grant(MemberRole.COORDINATOR, row.memberships[0].college_id)
        link = session.get_one(Invitation, coordinators.id)
        assert (link.used_at, link.used_by) == (now, account)
        assert coordinators.token not in link.token_hash
    again = reason_of(lambda: accept(fair, coordinators.token, now, login="other"))
    assert again is Reason.LINK_USED
    assert accounts.sign_in(fair, "AIGUL@college.kz", NEW, address="::1", now=now)


def test_looking_at_a_link_does_not_use_it_up(
    fair: Store, coordinators: links.IssuedLink, now: datetime
) -> None:
    for _ in range(3):
        with fair.reading() as session:
            links.look_at(session, coordinators.token, now=now)
    assert accept(fair, coordinators.token, now)


def test_of_two_at_once_one_wins(
    fair: Store, coordinators: links.IssuedLink, now: datetime
) -> None:
    outcomes: list[object] = []
    start = threading.Barrier(6)

    def take(number: int) -> None:
        start.wait()
        try:
            outcomes.append(accept(fair, coordinators.token, now, login=f"person-{number}"))
        except Refused as refused:
            outcomes.append(refused.reason)

    threads = [threading.Thread(target=take, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert outcomes.count(Reason.LINK_USED) == 5
    with fair.reading() as session:
        assert len(session.scalars(select(Account)).all()) == 1


def test_two_links_at_once_cannot_make_one_login(fair: Store, now: datetime) -> None:
    tokens = [
        links.invite(fair, by=COMMAND_LINE, role=MemberRole.CURATOR, now=now).token
        for _ in range(4)
    ]
    outcomes: list[object] = []
    start = threading.Barrier(4)

    def take(token: str) -> None:
        start.wait()
        try:
            accept(fair, token, now)
            outcomes.append("made")
        except Refused as refused:
            outcomes.append(refused.reason)

    threads = [threading.Thread(target=take, args=(token,)) for token in tokens]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(map(str, outcomes)) == ["login_taken"] * 3 + ["made"]
    with fair.reading() as session:
        assert len(links.open_links(session, by=COMMAND_LINE)) == 3


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"password": "123456789"}, Reason.PASSWORD_SHORT),
        ({"password": "я" * 201}, Reason.PASSWORD_LONG),
        ({"password": "AIGUL@college.kz"}, Reason.PASSWORD_IS_LOGIN),
        ({"login": "ab"}, Reason.BAD_LOGIN),
        ({"login": "айгүл"}, Reason.BAD_LOGIN),
        ({"login": "a@b"}, Reason.BAD_LOGIN),
        ({"login": "a b@c.kz"}, Reason.BAD_LOGIN),
        ({"login": "a@c.kz\nBcc: d@e.kz"}, Reason.BAD_LOGIN),
        ({"login": "x" * 121}, Reason.BAD_LOGIN),
        ({"name": "  "}, Reason.BAD_NAME),
        ({"name": "ы" * 101}, Reason.BAD_NAME),
        ({"name": "A\x00B"}, Reason.BAD_NAME),
        ({"login": "aigul\x00"}, Reason.BAD_LOGIN),
    ],
)
def test_what_cannot_be_taken_leaves_the_link_as_it_was(
    fair: Store, coordinators: links.IssuedLink, now: datetime, changes: dict[str, str],
    reason: Reason,
) -> None:  # fmt: skip
    assert reason_of(lambda: accept(fair, coordinators.token, now, **changes)) is reason
    with fair.reading() as session:
        assert session.scalars(select(Account)).all() == []
        assert links.look_at(session, coordinators.token, now=now)


@pytest.mark.parametrize("password", ["1234567890", "я" * 200, "password  with spaces"])
def test_any_password_of_a_sane_length_will_do(
    fair: Store, coordinators: links.IssuedLink, now: datetime, password: str
) -> None:
    accept(fair, coordinators.token, now, login="aigul", password=password)
    assert accounts.sign_in(fair, "aigul", password, address="::1", now=now)


def test_a_link_ends_after_14_days(
    fair: Store, coordinators: links.IssuedLink, now: datetime
) -> None:
    end = now + timedelta(days=14)
    assert reason_of(lambda: accept(fair, coordinators.token, end)) is Reason.LINK_EXPIRED
    assert accept(fair, coordinators.token, end - timedelta(microseconds=1))


def test_a_revoked_link_is_useless_and_a_new_one_makes_the_former_unknown(
    fair: Store, coordinators: links.IssuedLink, now: datetime
) -> None:
    later = now + timedelta(days=13)
    anew = links.reissue(fair, coordinators.id, by=COMMAND_LINE, now=later)
    assert (anew.id, anew.expires_at) == (coordinators.id, later + timedelta(days=14))
    assert reason_of(lambda: accept(fair, coordinators.token, later)) is Reason.LINK_UNKNOWN

    links.revoke(fair, coordinators.id, by=COMMAND_LINE, now=later)

    assert reason_of(lambda: accept(fair, anew.token, later)) is Reason.LINK_REVOKED
    with fair.reading() as session:
        assert links.open_links(session, by=COMMAND_LINE) == []
    for act in (links.revoke, links.reissue):
        again = reason_of(lambda: act(fair, coordinators.id, by=COMMAND_LINE, now=later))  # noqa: B023
        assert again is Reason.LINK_REVOKED
    with pytest.raises(NotThere):
        links.revoke(fair, 99, by=COMMAND_LINE, now=now)


def test_who_is_there_already_gets_the_role_added(
    fair: Store, coordinators: links.IssuedLink, now: datetime
) -> None:
    reviewer = someone(fair, MemberRole.REVIEWER)
    blocked = someone(fair, MemberRole.REVIEWER)
    accounts.block(fair, blocked.id, by=COMMAND_LINE, now=now)
    join = links.join
    refused = reason_of(lambda: join(fair, coordinators.token, by=blocked.id, now=now))
    assert refused is Reason.BLOCKED

    join(fair, coordinators.token, by=reviewer.id, now=now)

    with fair.reading() as session:
        roles = {grant.role for grant in actor_of(session, reviewer.id).grants}
    assert roles == {MemberRole.REVIEWER, MemberRole.COORDINATOR}
    again = reason_of(lambda: join(fair, coordinators.token, by=reviewer.id, now=now))
    assert again is Reason.LINK_USED


def test_a_new_password_by_a_link_ends_every_sign_in(fair: Store, now: datetime) -> None:
    person = someone(fair, MemberRole.CURATOR)
    accounts.sign_in(fair, person.login, PASSWORD, address="::1", now=now)
    first = links.reset_link(fair, person.id, by=COMMAND_LINE, now=now)
    second = links.reset_link(fair, person.id, by=COMMAND_LINE, now=now)
    set_password = links.set_password
    former = reason_of(lambda: set_password(fair, first.token, password=NEW, now=now))
    assert former is Reason.LINK_REVOKED
    itself = reason_of(lambda: set_password(fair, second.token, password="x" * 9, now=now))
    assert itself is Reason.PASSWORD_SHORT

    assert set_password(fair, second.token, password=NEW, now=now) == person.id

    with fair.reading() as session:
        assert session.scalars(select(SignIn)).all() == []
    with pytest.raises(Refused, match="Wrong login or password"):
        accounts.sign_in(fair, person.login, PASSWORD, address="::1", now=now)
    assert accounts.sign_in(fair, person.login, NEW, address="::1", now=now)
    used = reason_of(lambda: set_password(fair, second.token, password=NEW, now=now))
    assert used is Reason.LINK_USED


def test_a_link_of_one_kind_is_not_one_of_the_other(
    fair: Store, coordinators: links.IssuedLink, now: datetime
) -> None:
    person = someone(fair, MemberRole.CURATOR)
    reset = links.reset_link(fair, person.id, by=COMMAND_LINE, now=now)

    assert reason_of(lambda: accept(fair, reset.token, now)) is Reason.LINK_UNKNOWN
    assert reason_of(
        lambda: links.join(fair, reset.token, by=person.id, now=now)
    ) is Reason.LINK_UNKNOWN  # fmt: skip
    assert reason_of(
        lambda: links.set_password(fair, coordinators.token, password=NEW, now=now)
    ) is Reason.LINK_UNKNOWN  # fmt: skip
    assert reason_of(lambda: accept(fair, "no such token", now)) is Reason.LINK_UNKNOWN


@pytest.mark.parametrize(
    ("role", "college", "reason"),
    [
        (MemberRole.EDITOR, None, Reason.ROLE_NEEDS_COLLEGE),
        (MemberRole.COORDINATOR, None, Reason.ROLE_NEEDS_COLLEGE),
        (MemberRole.CURATOR, "temirqol", Reason.ROLE_HAS_NO_COLLEGE),
        (MemberRole.ORGANIZER, "temirqol", Reason.ROLE_HAS_NO_COLLEGE),
    ],
)
def test_role_and_college_have_to_fit(
    fair: Store, now: datetime, role: MemberRole, college: str | None, reason: Reason
) -> None:
    invite = links.invite
    refused = reason_of(lambda: invite(fair, by=COMMAND_LINE, role=role, college=college, now=now))
    assert refused is reason


@pytest.mark.parametrize("role", [None, *MemberRole])
def test_only_organizers_manage_links(
    fair: Store, coordinators: links.IssuedLink, now: datetime, role: MemberRole | None
) -> None:
    college = "temirqol" if role in (MemberRole.EDITOR, MemberRole.COORDINATOR) else None
    person = someone(fair, role, college=college)
    acts: list[Callable[[], object]] = [
        lambda: links.invite(fair, by=person.id, role=MemberRole.CURATOR, now=now),
        lambda: links.reissue(fair, coordinators.id, by=person.id, now=now),
        lambda: links.reset_link(fair, person.id, by=person.id, now=now),
        lambda: links.revoke(fair, coordinators.id, by=person.id, now=now),
    ]
    for act in acts:
        if role is MemberRole.ORGANIZER:
            act()
        else:
            assert reason_of(act) is Reason.NOT_YOUR_ROLE
    with fair.reading() as session:
        if role is MemberRole.ORGANIZER:
            assert len(links.open_links(session, by=person.id)) == 2
        else:
            assert reason_of(
                lambda: links.open_links(session, by=person.id)
            ) is Reason.NOT_YOUR_ROLE  # fmt: skip


def test_an_organizer_of_one_edition_manages_no_more_than_it(fair: Store, now: datetime) -> None:
    local = someone(fair, MemberRole.ORGANIZER, edition="fair")
    chief = someone(fair, MemberRole.ORGANIZER)
    here = links.invite(fair, by=local.id, role=MemberRole.CURATOR, edition="fair", now=now)
    everywhere = links.invite(fair, by=chief.id, role=MemberRole.CURATOR, now=now)

    acts: list[Callable[[], object]] = [
        lambda: links.invite(fair, by=local.id, role=MemberRole.ORGANIZER, now=now),
        lambda: links.reissue(fair, everywhere.id, by=local.id, now=now),
        lambda: links.reset_link(fair, chief.id, by=local.id, now=now),
        lambda: accounts.block(fair, chief.id, by=local.id, now=now),
    ]
    assert [reason_of(act) for act in acts] == [Reason.NOT_YOUR_ROLE] * 4
    with fair.reading() as session:
        assert [one.id for one in links.open_links(session, by=local.id)] == [here.id]
        assert [one.id for one in accounts.people(session, by=local.id)] == [local.id]
        assert {one.id for one in accounts.people(session, by=chief.id)} == {local.id, chief.id}


def test_what_is_done_with_links_is_logged_by_numbers(
    fair: Store, coordinators: links.IssuedLink, now: datetime
) -> None:
    account = accept(fair, coordinators.token, now)
    with fair.reading() as session:
        of_links = select(AuditEntry).where(AuditEntry.object_kind == "link")
        logged = session.scalars(of_links.order_by(AuditEntry.id)).all()
    number = str(coordinators.id)
    assert [(one.account_id, one.action, one.object_kind, one.object_id) for one in logged] == [
        (None, "invite", "link", number), (account, "accept", "link", number),
    ]  # fmt: skip
