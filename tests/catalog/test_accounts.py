"""Signing in and out, and what organizers do with people; time is what the test says."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from catalog import Store, accounts, audit
from catalog.choices import MemberRole
from catalog.errors import NotThere
from catalog.models import Account, Attempt, AuditEntry, SignIn
from catalog.notices import notices_of
from catalog.permissions import COMMAND_LINE, actor_of
from catalog.refusals import Reason, Refused
from catalog.settings import Lifetimes
from tests.catalog.people import PASSWORD, Someone, someone

NEW = "a new password"
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def sign_in(
    store: Store, login: str, now: datetime, password: str = PASSWORD, address: str = "203.0.113.7"
) -> str:
    return accounts.sign_in(store, login, password, address=address, now=now)


def reason_of(call: Callable[[], object]) -> Reason:
    with pytest.raises(Refused) as refused:
        call()
    return refused.value.reason


@pytest.fixture
def aigul(fair: Store) -> Someone:
    return someone(fair, MemberRole.COORDINATOR, college="temirqol", login="aigul")


def test_who_signs_in_is_known_with_roles_and_college(
    fair: Store, aigul: Someone, now: datetime
) -> None:
    token = sign_in(fair, " Aigul ", now)

    person = accounts.signed_in(fair, token, now=now)

    assert person is not None
    assert (person.id, person.login, person.name, person.language) == (
        aigul.id, "aigul", "Айгүл", "kk",
    )  # fmt: skip
    (role,) = person.roles
    assert role.role is MemberRole.COORDINATOR
    assert role.edition is None
    assert role.college is not None
    assert role.college.names["ru"] == "Колледж робототехники «Темірқол»"
    assert accounts.signed_in(fair, token + "x", now=now) is None
    with fair.reading() as session:
        assert token not in session.scalars(select(SignIn.token_hash)).all()


def test_a_wrong_login_reads_like_a_wrong_password_and_hashes_as_much(
    fair: Store, aigul: Someone, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[bool] = []
    from catalog.passwords import verify_password

    def counting(kept: str | None, password: str) -> bool:
        compared.append(kept is not None)
        return verify_password(kept, password)

    monkeypatch.setattr("catalog.accounts.verify_password", counting)
    said = set()
    for login in ("aigul", "nobody", "", "x" * 5000, "aigul\x00"):
        with pytest.raises(Refused) as refused:
            sign_in(fair, login, now, password="not the password")
        said.add(str(refused.value))
    assert said == {"Wrong login or password. Type them again, or ask an organizer for a new link."}
    assert compared == [True, False, False, False, False]


def test_a_sign_in_ends_after_12_idle_hours_and_after_14_days(
    fair: Store, aigul: Someone, now: datetime
) -> None:
    token = sign_in(fair, "aigul", now)
    assert accounts.signed_in(fair, token, now=now + 12 * HOUR) is None
    moment = now
    while moment + 11 * HOUR < now + timedelta(days=14):
        moment += 11 * HOUR
        assert accounts.signed_in(fair, token, now=moment) is not None
    assert accounts.signed_in(fair, token, now=now + timedelta(days=14)) is None
    strict = Lifetimes(idle=HOUR, whole=2 * HOUR)
    assert accounts.signed_in(fair, sign_in(fair, "aigul", now), now=now + HOUR) is not None
    token = accounts.sign_in(fair, "aigul", PASSWORD, address="::1", now=now, lifetimes=strict)
    assert accounts.signed_in(fair, token, now=now + HOUR, lifetimes=strict) is None


def test_the_last_use_is_noted_once_a_minute(fair: Store, aigul: Someone, now: datetime) -> None:
    token = sign_in(fair, "aigul", now)

    def seen_at(moment: datetime) -> datetime:
        assert accounts.signed_in(fair, token, now=moment) is not None
        with fair.reading() as session:
            return session.scalars(select(SignIn.last_seen_at)).one()

    assert seen_at(now + timedelta(seconds=59)) == now
    assert seen_at(now + MINUTE) == now + MINUTE
    assert seen_at(now + MINUTE + timedelta(seconds=30)) == now + MINUTE
    # An older moment, as from another machine's clock, takes nothing back.
    assert seen_at(now) == now + MINUTE


def test_a_page_does_not_wait_for_a_writer(fair: Store, aigul: Someone, now: datetime) -> None:
    token = sign_in(fair, "aigul", now)
    with fair.writing() as session:
        session.add(Attempt(key="x", since=now, count=1))
        session.flush()
        assert accounts.signed_in(fair, token, now=now + HOUR) is not None
    with fair.writing():
        pass


def test_the_eleventh_try_with_a_login_waits(fair: Store, aigul: Someone, now: datetime) -> None:
    for number in range(10):
        address = f"203.0.113.{number}"
        wrong = reason_of(
            lambda: sign_in(fair, "aigul", now, password="x", address=address)  # noqa: B023
        )
        assert wrong is Reason.WRONG_LOGIN
    with pytest.raises(Refused) as refused:
        sign_in(fair, "AIGUL", now + 4 * MINUTE)
    assert refused.value.reason is Reason.TOO_MANY_TRIES
    assert refused.value.facts == {"minutes": 11}
    assert reason_of(
        lambda: sign_in(fair, "aigul", now + 15 * MINUTE - timedelta(seconds=1))
    ) is Reason.TOO_MANY_TRIES  # fmt: skip
    assert sign_in(fair, "aigul", now + 15 * MINUTE)


@pytest.mark.parametrize(
    ("addresses", "other"),
    [
        (["203.0.113.7"], "203.0.113.8"),
        # One household or one attacker has 2**64 addresses of a network.
        (["2001:db8::1", "2001:db8::ffff:2"], "2001:db8:0:1::1"),
    ],
)
def test_the_51st_failure_from_an_address_waits(
    fair: Store, now: datetime, addresses: list[str], other: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("catalog.accounts.verify_password", lambda kept, password: False)

    def fail(number: int, address: str) -> Reason:
        return reason_of(
            lambda: sign_in(fair, f"person{number}", now, password="x", address=address)
        )

    for number in range(50):
        assert fail(number, addresses[number % len(addresses)]) is Reason.WRONG_LOGIN
    assert fail(50, addresses[0]) is Reason.TOO_MANY_TRIES
    assert fail(51, other) is Reason.WRONG_LOGIN


def test_success_counts_for_nobody_and_forgives_ones_own_failures(
    fair: Store, aigul: Someone, now: datetime
) -> None:
    for _ in range(9):
        reason_of(lambda: sign_in(fair, "aigul", now, password="x"))
    for _ in range(60):
        sign_in(fair, "aigul", now)
    with fair.reading() as session:
        assert session.scalars(select(Attempt.count)).all() == [9]


def test_many_guesses_at_once_are_counted_each(
    fair: Store, aigul: Someone, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("catalog.accounts.verify_password", lambda kept, password: False)
    outcomes: list[Reason] = []

    def guess() -> None:
        for _ in range(4):
            try:
                sign_in(fair, "aigul", now, password="x")
            except Refused as refused:
                outcomes.append(refused.reason)

    threads = [threading.Thread(target=guess) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert outcomes.count(Reason.WRONG_LOGIN) == 10
    assert outcomes.count(Reason.TOO_MANY_TRIES) == 10


def test_old_tries_are_forgotten(fair: Store, aigul: Someone, now: datetime) -> None:
    reason_of(lambda: sign_in(fair, "nobody", now, password="x"))
    sign_in(fair, "aigul", now + 15 * MINUTE)
    with fair.reading() as session:
        assert session.scalars(select(Attempt)).all() == []


def test_signing_out_ends_this_browser_alone(fair: Store, aigul: Someone, now: datetime) -> None:
    here, there = sign_in(fair, "aigul", now), sign_in(fair, "aigul", now)

    accounts.sign_out(fair, here)
    accounts.sign_out(fair, here)

    assert accounts.signed_in(fair, here, now=now) is None
    assert accounts.signed_in(fair, there, now=now) is not None


def test_signing_out_everywhere_ends_every_browser(
    fair: Store, aigul: Someone, now: datetime
) -> None:
    other = someone(fair, MemberRole.CURATOR)
    tokens = [sign_in(fair, "aigul", now), sign_in(fair, "aigul", now)]
    others = sign_in(fair, other.login, now)

    accounts.sign_out_everywhere(fair, by=aigul.id, now=now)

    assert [accounts.signed_in(fair, token, now=now) for token in tokens] == [None, None]
    assert accounts.signed_in(fair, others, now=now) is not None


def test_a_changed_password_ends_the_other_browsers(
    fair: Store, aigul: Someone, now: datetime
) -> None:
    here, there = sign_in(fair, "aigul", now), sign_in(fair, "aigul", now)

    def change(present: str, new: str) -> None:
        accounts.change_password(
            fair, by=aigul.id, present=present, new=new, staying=here, address="::1", now=now
        )

    assert reason_of(lambda: change("not the password", NEW)) is Reason.WRONG_PASSWORD
    assert reason_of(lambda: change(PASSWORD, "short")) is Reason.PASSWORD_SHORT
    change(PASSWORD, NEW)

    assert accounts.signed_in(fair, here, now=now) is not None
    assert accounts.signed_in(fair, there, now=now) is None
    assert reason_of(lambda: sign_in(fair, "aigul", now)) is Reason.WRONG_LOGIN
    assert sign_in(fair, "aigul", now, password=NEW)


def test_the_present_password_cannot_be_guessed_without_end(
    fair: Store, aigul: Someone, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("catalog.accounts.verify_password", lambda kept, password: False)
    reasons = [
        reason_of(
            lambda: accounts.change_password(
                fair, by=aigul.id, present="x", new=NEW, staying="", address="::1", now=now
            )
        )
        for _ in range(11)
    ]
    assert reasons == [Reason.WRONG_PASSWORD] * 10 + [Reason.TOO_MANY_TRIES]


def test_who_is_blocked_can_do_nothing_more(fair: Store, aigul: Someone, now: datetime) -> None:
    token = sign_in(fair, "aigul", now)

    accounts.block(fair, aigul.id, by=COMMAND_LINE, now=now)

    assert accounts.signed_in(fair, token, now=now) is None
    assert reason_of(lambda: sign_in(fair, "aigul", now)) is Reason.BLOCKED
    assert reason_of(lambda: sign_in(fair, "aigul", now, password="x")) is Reason.WRONG_LOGIN
    with fair.reading() as session:
        assert reason_of(lambda: actor_of(session, aigul.id)) is Reason.BLOCKED
    blocked = reason_of(lambda: accounts.sign_out_everywhere(fair, by=aigul.id, now=now))
    assert blocked is Reason.BLOCKED

    accounts.unblock(fair, aigul.id, by=COMMAND_LINE, now=now)

    assert accounts.signed_in(fair, token, now=now) is None
    assert sign_in(fair, "aigul", now)


def test_a_demo_account_is_closed_once_there_is_a_real_fair(fair: Store, now: datetime) -> None:
    from catalog.models import Edition

    demo = someone(fair, MemberRole.ORGANIZER, is_demo=True)
    token = sign_in(fair, demo.login, now)
    assert accounts.signed_in(fair, token, now=now) is not None
    with fair.writing() as session:
        session.add(Edition(slug="old", year=2020, name_ru="Прежняя", is_archive=True))
    assert accounts.signed_in(fair, token, now=now) is not None
    with fair.writing() as session:
        session.add(Edition(slug="real", year=2027, name_ru="Настоящая"))

    assert accounts.signed_in(fair, token, now=now) is None
    assert reason_of(lambda: sign_in(fair, demo.login, now)) is Reason.DEMO_CLOSED


def test_a_role_that_is_given_is_told_and_logged(fair: Store, now: datetime) -> None:
    chief = someone(fair, MemberRole.ORGANIZER)
    person = someone(fair, MemberRole.CURATOR)
    for _ in range(2):
        accounts.give_role(
            fair, person.id, by=chief.id, role=MemberRole.EDITOR, college="temirqol", now=now
        )

    with fair.reading() as session:
        assert [grant.role for grant in actor_of(session, person.id).grants] == [
            MemberRole.CURATOR, MemberRole.EDITOR,
        ]  # fmt: skip
        (notice,) = notices_of(session, by=person.id)
        assert notice.parameters == {
            "role": "editor", "where": "«Темірқол» робототехника колледжі",
        }  # fmt: skip
        (entry,) = session.scalars(select(AuditEntry).where(AuditEntry.account_id == chief.id))
        assert (entry.account_id, entry.action, entry.object_id) == (
            chief.id, "give_editor", str(person.id),
        )  # fmt: skip
        assert entry.college_id is not None
        act = audit.read_acts(session, by=chief.id)[0]
        assert (act.account, act.college) == (chief.id, entry.college_id)
        assert reason_of(
            lambda: audit.read_acts(session, by=person.id)
        ) is Reason.NOT_YOUR_ROLE  # fmt: skip


def test_a_role_that_is_taken_no_longer_counts(fair: Store, aigul: Someone, now: datetime) -> None:
    with fair.reading() as session:
        membership = session.get_one(Account, aigul.id).memberships[0].id

    accounts.take_role(fair, membership, by=COMMAND_LINE, now=now)

    with fair.reading() as session:
        assert actor_of(session, aigul.id).grants == ()
    with pytest.raises(NotThere):
        accounts.take_role(fair, membership, by=COMMAND_LINE, now=now)


def test_the_last_organizer_stays(fair: Store, now: datetime) -> None:
    chief = someone(fair, MemberRole.ORGANIZER)
    someone(fair, MemberRole.ORGANIZER, edition="fair")
    with fair.reading() as session:
        membership = session.get_one(Account, chief.id).memberships[0].id
    acts: list[Callable[[], object]] = [
        lambda: accounts.block(fair, chief.id, by=chief.id, now=now),
        lambda: accounts.take_role(fair, membership, by=chief.id, now=now),
    ]
    assert [reason_of(act) for act in acts] == [Reason.LAST_ORGANIZER] * 2

    second = someone(fair, MemberRole.ORGANIZER)
    accounts.block(fair, chief.id, by=second.id, now=now)
    assert reason_of(
        lambda: accounts.block(fair, second.id, by=COMMAND_LINE, now=now)
    ) is Reason.LAST_ORGANIZER  # fmt: skip


def test_of_two_organizers_who_block_each_other_one_stays(fair: Store, now: datetime) -> None:
    for _ in range(5):
        first, second = (someone(fair, MemberRole.ORGANIZER) for _ in range(2))
        start = threading.Barrier(2)

        def block(who: Someone, by: Someone, start: Any = start) -> None:
            start.wait()
            try:
                accounts.block(fair, who.id, by=by.id, now=now)
            except Refused:
                return

        threads = [
            threading.Thread(target=block, args=pair) for pair in ((first, second), (second, first))
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        with fair.writing() as session:
            pair = session.scalars(select(Account).where(Account.id.in_((first.id, second.id))))
            open_ones = [one for one in pair if one.blocked_at is None]
            assert len(open_ones) == 1
            open_ones[0].blocked_at = now


@pytest.mark.parametrize("role", [None, *MemberRole])
def test_only_organizers_manage_people(
    fair: Store, aigul: Someone, now: datetime, role: MemberRole | None
) -> None:
    someone(fair, MemberRole.ORGANIZER)
    college = "temirqol" if role in (MemberRole.EDITOR, MemberRole.COORDINATOR) else None
    by = someone(fair, role, college=college)
    with fair.reading() as session:
        membership = session.get_one(Account, aigul.id).memberships[0].id
    acts: list[Callable[[], object]] = [
        lambda: accounts.block(fair, aigul.id, by=by.id, now=now),
        lambda: accounts.unblock(fair, aigul.id, by=by.id, now=now),
        lambda: accounts.give_role(fair, aigul.id, by=by.id, role=MemberRole.CURATOR, now=now),
        lambda: accounts.take_role(fair, membership, by=by.id, now=now),
        lambda: accounts.open_account(
            fair, by=by.id, login="new", name="N", language="ru", password=NEW,
            role=MemberRole.ORGANIZER, now=now,
        ),
    ]  # fmt: skip
    for act in acts:
        if role is MemberRole.ORGANIZER:
            act()
        else:
            assert reason_of(act) is Reason.NOT_YOUR_ROLE
    with fair.reading() as session:
        if role is MemberRole.ORGANIZER:
            assert len(accounts.people(session, by=by.id)) == 4
        else:
            assert reason_of(
                lambda: accounts.people(session, by=by.id)
            ) is Reason.NOT_YOUR_ROLE  # fmt: skip


def test_a_verified_address_enters_an_account_that_is_there(fair: Store, now: datetime) -> None:
    person = someone(fair, MemberRole.CURATOR, login="serik@college.kz")

    def enter(
        email: str, *, verified: bool = True, said: datetime = now, at: datetime = now
    ) -> int | Reason:
        try:
            token = accounts.sign_in_by_service(
                fair, email, verified=verified, said_at=said, language="en", now=at
            )
        except Refused as refused:
            return refused.reason
        found = accounts.signed_in(fair, token, now=at)
        assert found is not None
        return found.id

    assert enter("Serik@College.KZ ") == person.id
    assert enter("stranger@college.kz") is Reason.SERVICE_UNKNOWN
    assert enter("") is Reason.SERVICE_UNKNOWN
    assert enter("serik@college.kz", verified=False) is Reason.SERVICE_UNVERIFIED
    assert enter("serik@college.kz", at=now + 11 * MINUTE) is Reason.SERVICE_SILENT
    assert enter("serik@college.kz", said=now + 11 * MINUTE) is Reason.SERVICE_SILENT
    accounts.sign_out_everywhere(fair, by=person.id, now=now)
    assert enter("serik@college.kz", at=now + MINUTE) is Reason.SERVICE_SILENT
    assert enter("serik@college.kz", said=now + MINUTE, at=now + MINUTE) == person.id
    accounts.block(fair, person.id, by=COMMAND_LINE, now=now)
    assert enter("serik@college.kz", said=now + MINUTE, at=now + MINUTE) is Reason.BLOCKED
    with fair.reading() as session:
        assert [one.language for one in session.scalars(select(Account))] == ["en"]


def test_letters_come_in_the_language_one_reads_last(
    fair: Store, aigul: Someone, now: datetime
) -> None:
    accounts.sign_in(fair, "aigul", PASSWORD, address="::1", language="en", now=now)
    with fair.reading() as session:
        assert session.get_one(Account, aigul.id).language == "en"
