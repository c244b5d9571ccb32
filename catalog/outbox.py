"""Letters: what the outbox holds is sent by SMTP, after its transaction, each once.

A letter is taken by one sender: the row says so before anything is sent, so that two processes
never send the same. A sender that dies in between leaves it to be taken again later; then, and only
then, a letter may come twice, under the same Message-ID.
"""

import logging
import smtplib
import ssl
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import formatdate, parseaddr
from typing import Final

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from catalog.choices import MailState
from catalog.models import Account, Notice, Outbox
from catalog.notices import letter
from catalog.settings import Settings
from catalog.store import Store

logger = logging.getLogger(__name__)

MOST_ATTEMPTS: Final = 6
# Between attempts: 1, 4, 16, 64 minutes, 4 hours.
_FIRST_PAUSE: Final = timedelta(minutes=1)
# A sender that has said nothing for so long is dead.
_ABANDONED: Final = timedelta(minutes=15)
_TIMEOUT_SECONDS: Final = 20


def deliver(store: Store, settings: Settings, *, clock: Callable[[], datetime]) -> int:
    """Send what waits; returns how many letters were sent. Without a mail server: none.

    A letter that is refused, or whose server can't be reached, is tried again later, six times in
    all.
    """
    sent = 0
    while settings.smtp_host is not None and (taken := _take(store, settings, clock())):
        number, message = taken
        if message is None:
            _note(store, number, state=MailState.DROPPED)
            continue
        try:
            _send(settings, message)
        except (OSError, smtplib.SMTPException) as error:
            _fail(store, number, f"{type(error).__name__}: {error}"[:500], clock())
            if isinstance(error, smtplib.SMTPRecipientsRefused):
                continue
            # The next letter would meet the same.
            break
        _note(store, number, state=MailState.SENT, sent_at=clock(), error=None)
        sent += 1
    return sent


def _take(
    store: Store, settings: Settings, now: datetime
) -> tuple[int, EmailMessage | None] | None:
    """The next letter, taken for us; without a message if there is nobody to send it to."""
    with store.reading() as session:
        if session.scalar(select(Outbox.id).where(_due(now)).limit(1)) is None:
            return None
    with store.writing() as session:
        row = session.scalars(
            select(Outbox)
            .where(_due(now))
            .order_by(Outbox.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        ).first()
        if row is None:
            return None
        row.state = MailState.SENDING
        row.attempts += 1
        row.next_at = now + _ABANDONED
        return row.id, _message(session, row.notice, settings, now)


def _due(now: datetime) -> ColumnElement[bool]:
    return Outbox.state.in_((MailState.WAITING, MailState.SENDING)) & (Outbox.next_at <= now)


def _message(
    session: Session, notice: Notice, settings: Settings, now: datetime
) -> EmailMessage | None:
    account = session.get_one(Account, notice.account_id)
    if account.blocked_at is not None or "@" not in account.login:
        return None
    subject, text = letter(
        notice.kind,
        notice.parameters,
        account.language,
        name=account.name,
        address=f"{settings.public_url.rstrip('/')}/work" if settings.public_url else "",
    )
    message = EmailMessage()
    message["Subject"] = subject
    message["From"] = settings.smtp_from
    message["To"] = account.login
    message["Date"] = formatdate(now.timestamp())
    host = parseaddr(settings.smtp_from)[1].rpartition("@")[2] or "localhost"
    message["Message-ID"] = f"<notice-{notice.id}-{int(notice.created_at.timestamp())}@{host}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text)
    return message


def _send(settings: Settings, message: EmailMessage) -> None:
    host, port = settings.smtp_host or "", settings.smtp_port
    encrypted = ssl.create_default_context()
    server: smtplib.SMTP
    if settings.smtp_security == "tls":
        server = smtplib.SMTP_SSL(host, port, timeout=_TIMEOUT_SECONDS, context=encrypted)
    else:
        server = smtplib.SMTP(host, port, timeout=_TIMEOUT_SECONDS)
    try:
        if settings.smtp_security == "starttls":
            server.starttls(context=encrypted)
        if settings.smtp_user and settings.smtp_password:
            server.login(settings.smtp_user, settings.smtp_password.get_secret_value())
        server.send_message(message)
    finally:
        # What goes wrong after the server took the letter doesn't make it unsent.
        with suppress(OSError, smtplib.SMTPException):
            server.quit()
        server.close()


def _note(store: Store, number: int, **values: object) -> None:
    with store.writing() as session:
        session.execute(update(Outbox).where(Outbox.id == number).values(**values))


def _fail(store: Store, number: int, error: str, now: datetime) -> None:
    with store.writing() as session:
        row = session.get_one(Outbox, number)
        last = row.attempts >= MOST_ATTEMPTS
        row.state = MailState.FAILED if last else MailState.WAITING
        row.next_at = now + _FIRST_PAUSE * 4 ** (row.attempts - 1)
        row.error = error
        attempts = row.attempts
    logger.warning("Letter %s was not sent, attempt %s: %s", number, attempts, error)
