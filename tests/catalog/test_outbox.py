"""Notices and their letters, against a real mail server on this machine."""

import smtplib
import socket
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import select, update

from catalog import Settings, Store, accounts, notices
from catalog.choices import MailState, MemberRole
from catalog.models import Account, Notice, Outbox
from catalog.notices import NoticeKind, notify
from catalog.outbox import deliver
from catalog.permissions import COMMAND_LINE
from tests.catalog.people import someone

ACCEPTED = {"title": "Робот", "code": "R2B2T2"}


class Letters:
    """What the server took; it refuses what it is told to."""

    def __init__(self) -> None:
        self.taken: list[EmailMessage] = []
        self.answers: list[str] = []

    async def handle_RCPT(
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        if address.startswith("nobody@"):
            return "550 no such person"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        answer = self.answers.pop(0) if self.answers else "250 OK"
        if answer.startswith("250"):
            read = message_from_bytes(envelope.content, policy=policy.default)
            assert isinstance(read, EmailMessage)
            self.taken.append(read)
        return answer


@pytest.fixture
def letters() -> Letters:
    return Letters()


@pytest.fixture
def settings(letters: Letters) -> Iterator[Settings]:
    """Settings with a mail server that listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(letters, hostname="127.0.0.1", port=port)
    controller.start()
    yield Settings(
        smtp_host="127.0.0.1", smtp_port=port, smtp_security="none",
        smtp_from="Körme <fair@example.kz>", public_url="https://fair.example.kz/",
    )  # fmt: skip
    controller.stop()


@pytest.fixture
def serik(fair: Store) -> int:
    return someone(fair, MemberRole.CURATOR, login="serik@example.kz", name="Серік").id


def tell(store: Store, account: int, now: datetime) -> None:
    with store.writing() as session:
        notify(session, [account], NoticeKind.ACCEPTED, ACCEPTED, now=now)


def outbox(store: Store) -> list[tuple[str, int]]:
    with store.reading() as session:
        rows = session.scalars(select(Outbox).order_by(Outbox.id))
        return [(row.state, row.attempts) for row in rows]


def test_a_letter_says_what_the_notice_says_in_the_persons_language(
    fair: Store, serik: int, settings: Settings, letters: Letters, now: datetime
) -> None:
    tell(fair, serik, now)

    assert deliver(fair, settings, clock=lambda: now) == 1

    (letter,) = letters.taken
    assert letter["To"] == "serik@example.kz"
    assert letter["From"] == "Körme <fair@example.kz>"
    assert letter["Subject"] == "Körme: сізге хабарлама"
    assert letter.get_content().split() == (
        "Сәлеметсіз бе, Серік!\n\n«Робот» экспонаты қабылданды. Келесі қадам — жариялау.\n\n"
        "Толығырақ: https://fair.example.kz/work"
    ).split()  # fmt: skip
    assert outbox(fair) == [("sent", 1)]


def test_each_letter_goes_once(
    fair: Store, serik: int, settings: Settings, letters: Letters, now: datetime
) -> None:
    for _ in range(20):
        tell(fair, serik, now)
    senders = [
        threading.Thread(target=deliver, args=(fair, settings), kwargs={"clock": lambda: now})
        for _ in range(4)
    ]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    deliver(fair, settings, clock=lambda: now + timedelta(days=1))

    assert len(letters.taken) == 20
    assert len({letter["Message-ID"] for letter in letters.taken}) == 20
    assert outbox(fair) == [("sent", 1)] * 20


def test_what_is_rolled_back_tells_nobody(
    fair: Store, serik: int, settings: Settings, letters: Letters, now: datetime
) -> None:
    with pytest.raises(RuntimeError), fair.writing() as session:
        notify(session, [serik], NoticeKind.ACCEPTED, ACCEPTED, now=now)
        raise RuntimeError

    assert deliver(fair, settings, clock=lambda: now) == 0
    assert letters.taken == []
    with fair.reading() as session:
        assert session.scalars(select(Notice)).all() == []


def test_nothing_is_sent_before_its_transaction_commits(
    sqlite_fair: Store, settings: Settings, letters: Letters, now: datetime
) -> None:
    person = someone(sqlite_fair, MemberRole.CURATOR, login="early@example.kz")
    with sqlite_fair.writing() as session:
        notify(session, [person.id], NoticeKind.ACCEPTED, ACCEPTED, now=now)
        assert deliver(sqlite_fair, settings, clock=lambda: now) == 0
    assert deliver(sqlite_fair, settings, clock=lambda: now) == 1


def test_a_server_that_says_later_is_asked_later(
    fair: Store, serik: int, settings: Settings, letters: Letters, now: datetime
) -> None:
    letters.answers = ["451 later"] * 2
    tell(fair, serik, now)

    assert deliver(fair, settings, clock=lambda: now) == 0
    assert deliver(fair, settings, clock=lambda: now + timedelta(seconds=59)) == 0
    assert outbox(fair) == [("waiting", 1)]
    assert deliver(fair, settings, clock=lambda: now + timedelta(minutes=1)) == 0
    assert deliver(fair, settings, clock=lambda: now + timedelta(minutes=4)) == 0
    assert outbox(fair) == [("waiting", 2)]
    assert deliver(fair, settings, clock=lambda: now + timedelta(minutes=5)) == 1
    assert len(letters.taken) == 1


def test_a_server_that_never_answers_is_given_up_after_six_times(
    fair: Store, serik: int, now: datetime
) -> None:
    nobody = Settings(smtp_host="127.0.0.1", smtp_port=1, smtp_security="none")
    tell(fair, serik, now)
    for day in range(8):
        deliver(fair, nobody, clock=lambda: now + timedelta(days=day))  # noqa: B023
    assert outbox(fair) == [("failed", 6)]
    with fair.reading() as session:
        error = session.scalars(select(Outbox.error)).one()
    assert "ConnectionRefusedError" in (error or "")


def test_an_address_that_is_refused_does_not_hold_up_the_next(
    fair: Store, serik: int, settings: Settings, letters: Letters, now: datetime
) -> None:
    nobody = someone(fair, MemberRole.CURATOR, login="nobody@example.kz")
    tell(fair, nobody.id, now)
    tell(fair, serik, now)

    assert deliver(fair, settings, clock=lambda: now) == 1
    assert outbox(fair) == [("waiting", 1), ("sent", 1)]


def test_a_letter_whose_sender_died_is_sent_by_another(
    fair: Store, serik: int, settings: Settings, letters: Letters, now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    tell(fair, serik, now)

    def die(settings: Settings, message: EmailMessage) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr("catalog.outbox._send", die)
        deliver(fair, settings, clock=lambda: now)
    assert outbox(fair) == [("sending", 1)]
    assert deliver(fair, settings, clock=lambda: now + timedelta(minutes=14)) == 0
    assert deliver(fair, settings, clock=lambda: now + timedelta(minutes=15)) == 1


def test_who_was_blocked_meanwhile_gets_no_letter(
    fair: Store, serik: int, settings: Settings, letters: Letters, now: datetime
) -> None:
    someone(fair, MemberRole.ORGANIZER)
    tell(fair, serik, now)
    accounts.block(fair, serik, by=COMMAND_LINE, now=now)
    tell(fair, serik, now)

    assert deliver(fair, settings, clock=lambda: now) == 0
    assert (letters.taken, outbox(fair)) == ([], [("dropped", 1)])


def test_without_a_mail_server_or_an_address_the_notice_stands_on_the_page(
    fair: Store, serik: int, now: datetime
) -> None:
    short = someone(fair, MemberRole.CURATOR, login="short")
    for person in (serik, short.id):
        tell(fair, person, now)
    assert deliver(fair, Settings(smtp_host=None), clock=lambda: now) == 0
    assert outbox(fair) == [("waiting", 0)]
    with fair.reading() as session:
        (notice,) = notices.notices_of(session, by=short.id)
    assert not notice.read
    assert notices.sentence(notice.kind, notice.parameters, "en") == (
        "“Робот” is accepted. Publication comes next."
    )


def test_reading_notices_marks_ones_own_alone(fair: Store, serik: int, now: datetime) -> None:
    other = someone(fair, MemberRole.CURATOR)
    for person in (serik, other.id, serik):
        tell(fair, person, now)
    with fair.reading() as session:
        everything = session.scalars(select(Notice.id).order_by(Notice.id)).all()

    notices.mark_read(fair, everything[:2], by=serik, now=now)

    with fair.reading() as session:
        assert [one.read for one in notices.notices_of(session, by=serik)] == [False, True]
        assert [one.read for one in notices.notices_of(session, by=other.id)] == [False]


def test_a_notice_that_lacks_a_value_is_refused_when_it_is_written(
    fair: Store, serik: int, now: datetime
) -> None:
    with pytest.raises(KeyError), fair.writing() as session:
        notify(session, [serik], NoticeKind.REJECTED, ACCEPTED, now=now)


@pytest.mark.parametrize("kind", NoticeKind)
def test_every_kind_has_its_sentences(kind: NoticeKind) -> None:
    values = dict.fromkeys(
        ("title", "comment", "reason", "when", "drafts", "where", "hall", "stand", "showcase"), "x"
    )
    said = {
        notices.sentence(kind, {**values, "role": "editor"}, language)
        for language in ("kk", "ru", "en")
    }
    assert len(said) == 3


def test_the_members_of_a_college_are_found_by_role(fair: Store) -> None:
    editor = someone(fair, MemberRole.EDITOR, college="temirqol")
    coordinator = someone(fair, MemberRole.COORDINATOR, college="temirqol")
    someone(fair, MemberRole.COORDINATOR, college="zhasyl-dala")
    with fair.reading() as session:
        college = session.get_one(Account, editor.id).memberships[0].college_id
        assert college is not None
        assert notices.members(session, college, [MemberRole.COORDINATOR]) == {coordinator.id}
        both = notices.members(session, college, list(MemberRole))
    assert both == {editor.id, coordinator.id}


def test_letters_are_encrypted_unless_told_otherwise(
    fair: Store, serik: int, settings: Settings, letters: Letters, now: datetime
) -> None:
    tell(fair, serik, now)
    strict = settings.model_copy(update={"smtp_security": "starttls"})

    # This server has no certificate.
    assert deliver(fair, strict, clock=lambda: now) == 0
    assert letters.taken == []
    with fair.writing() as session:
        error = session.scalars(select(Outbox.error)).one()
        session.execute(update(Outbox).values(next_at=now, state=MailState.WAITING))
    assert smtplib.SMTPNotSupportedError.__name__ in (error or "")
    assert deliver(fair, settings, clock=lambda: now) == 1
