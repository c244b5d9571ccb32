"""What a person should know: on the start page, as a text to copy, by mail where that is set.

A notice is written in the transaction of what it tells of, and so is its letter: what is rolled
back tells nobody, and `catalog.outbox` finds only what was committed.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from catalog.choices import MailState, MemberRole
from catalog.languages import best
from catalog.models import Account, Membership, Notice, Outbox
from catalog.permissions import By, actor_of
from catalog.records import NoticeRecord
from catalog.store import Store


class NoticeKind(StrEnum):
    """Every kind of notice there is; each has its sentences below, and says what they need."""

    ROLE_GIVEN = "role_given"
    CHANGES_REQUESTED = "changes_requested"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    PUBLISHED = "published"
    CANCELLED = "cancelled"
    DEADLINE_NEAR = "deadline_near"
    DUPLICATE = "duplicate"
    REOPENED = "reopened"
    CHANGES_APPROVED = "changes_approved"
    CHANGES_REFUSED = "changes_refused"
    BROUGHT_BACK = "brought_back"
    STAND_GIVEN = "stand_given"
    STAND_FREED = "stand_freed"
    PIN_GONE = "pin_gone"


def notify(
    session: Session,
    accounts: Collection[int],
    kind: NoticeKind,
    parameters: Mapping[str, str],
    *,
    now: datetime,
) -> None:
    """Tell accounts something, in the session's transaction; a letter too, where they have mail.

    `parameters` fill the kind's sentences (raises KeyError at once if one is lacking) and may hold
    an exhibit's `code` and its `title_kk`, `title_ru`, `title_en` beside them (a showcase's title as
    `showcase`, `showcase_kk` and so on). Blocked accounts are
    told nothing.
    """
    sentence(kind, parameters, "en")
    query = select(Account).where(Account.id.in_(set(accounts)), Account.blocked_at.is_(None))
    for account in session.scalars(query.order_by(Account.id)):
        notice = Notice(
            account_id=account.id, kind=kind, parameters=dict(parameters), created_at=now
        )
        session.add(notice)
        if "@" in account.login:
            session.add(Outbox(notice=notice, state=MailState.WAITING, attempts=0, next_at=now))
    session.flush()


def named(code: str, titles: Mapping[str, str]) -> dict[str, str]:
    """What the sentences about an exhibit need: its code, and its title in each language."""
    found = best(titles, "kk")
    return {
        "title": found[1] if found else code,
        **{f"title_{language}": title for language, title in titles.items()},
        "code": code,
    }


def members(session: Session, college: int, roles: Collection[MemberRole]) -> frozenset[int]:
    """The accounts that have one of these roles for a college, by id."""
    query = select(Membership.account_id).where(
        Membership.college_id == college, Membership.role.in_(sorted(roles))
    )
    return frozenset(session.scalars(query))


def notices_of(session: Session, *, by: By, limit: int = 50) -> Sequence[NoticeRecord]:
    """One's own notices, the unread first, then the newest."""
    actor = actor_of(session, by)
    query = (
        select(Notice)
        .where(Notice.account_id == actor.account)
        .order_by(Notice.read_at.is_not(None), Notice.id.desc())
        .limit(limit)
    )
    return [
        NoticeRecord(one.id, one.kind, one.parameters, one.created_at, read=one.read_at is not None)
        for one in session.scalars(query)
    ]


def mark_read(store: Store, notices: Collection[int], *, by: By, now: datetime) -> None:
    """Note that one has read these of one's own notices; others are left alone."""
    with store.writing() as session:
        actor = actor_of(session, by)
        session.execute(
            update(Notice)
            .where(
                Notice.id.in_(set(notices)),
                Notice.account_id == actor.account,
                Notice.read_at.is_(None),
            )
            .values(read_at=now)
        )


def sentence(kind: str, parameters: Mapping[str, str], language: str) -> str:
    """What a notice says, in Kazakh, Russian or English (for any other language, English)."""
    position = {"kk": 0, "ru": 1}.get(language, 2)
    texts = dict(parameters)
    for name in ("title", "showcase"):
        if f"{name}_{language}" in texts:
            texts[name] = texts[f"{name}_{language}"]
    if "role" in texts:
        texts["role"] = role_name(texts["role"], language)
    return _SENTENCES[NoticeKind(kind)][position].format_map(texts)


def letter(
    kind: str, parameters: Mapping[str, str], language: str, *, name: str, address: str
) -> tuple[str, str]:
    """Subject and text of a notice as a letter, or to copy into a messenger.

    `address` is where the person's work stands; empty where it isn't known.
    """
    subject, greeting, more = {
        "kk": ("Körme: сізге хабарлама", "Сәлеметсіз бе, {name}!", "Толығырақ: {address}"),
        "ru": ("Körme: вам сообщение", "Здравствуйте, {name}!", "Подробности: {address}"),
    }.get(language, ("Körme: a notice for you", "Dear {name},", "More: {address}"))
    parts = [greeting.format(name=name), sentence(kind, parameters, language)]
    if address:
        parts.append(more.format(address=address))
    return subject, "\n\n".join(parts) + "\n"


def role_name(role: str, language: str) -> str:
    """What a role is called."""
    return _ROLES[MemberRole(role)][{"kk": 0, "ru": 1}.get(language, 2)]


_ROLES: Final[Mapping[MemberRole, tuple[str, str, str]]] = {
    MemberRole.EDITOR: ("колледж редакторы", "редактор колледжа", "college editor"),
    MemberRole.COORDINATOR: (
        "колледж үйлестірушісі", "координатор колледжа", "college coordinator",
    ),
    MemberRole.REVIEWER: ("сарапшы", "эксперт", "reviewer"),
    MemberRole.CURATOR: ("куратор", "куратор", "curator"),
    MemberRole.ORGANIZER: ("ұйымдастырушы", "организатор", "organizer"),
}  # fmt: skip

_SENTENCES: Final[Mapping[NoticeKind, tuple[str, str, str]]] = {
    NoticeKind.ROLE_GIVEN: (
        "Сізге жаңа рөл берілді: {role}. {where}",
        "Вам дали роль: {role}. {where}",
        "You were given a role: {role}. {where}",
    ),
    NoticeKind.CHANGES_REQUESTED: (
        "«{title}» экспонатына түзету сұралды: {comment}",
        "По экспонату «{title}» просят исправить: {comment}",
        "Changes are asked for in “{title}”: {comment}",
    ),
    NoticeKind.ACCEPTED: (
        "«{title}» экспонаты қабылданды. Келесі қадам — жариялау.",
        "Экспонат «{title}» принят. Следующий шаг — публикация.",
        "“{title}” is accepted. Publication comes next.",
    ),
    NoticeKind.REJECTED: (
        "«{title}» экспонаты қабылданбады: {reason}",
        "Экспонат «{title}» отклонён: {reason}",
        "“{title}” is rejected: {reason}",
    ),
    NoticeKind.PUBLISHED: (
        "«{title}» экспонаты жарияланды, енді оны келушілер көреді.",
        "Экспонат «{title}» опубликован, посетители его видят.",
        "“{title}” is published; visitors see it now.",
    ),
    NoticeKind.CANCELLED: (
        "«{title}» экспонаты жәрмеңкеден алынды: {reason}",
        "Экспонат «{title}» снят с ярмарки: {reason}",
        "“{title}” is taken off the fair: {reason}",
    ),
    NoticeKind.DUPLICATE: (
        "«{title}» экспонаты басқасын қайталайды деп белгіленді: {reason}",
        "Экспонат «{title}» отмечен как повтор другого: {reason}",
        "“{title}” is marked as a duplicate of another exhibit: {reason}",
    ),
    NoticeKind.REOPENED: (
        "«{title}» экспонаты қайта қаралуға алынды. {reason}",
        "Экспонат «{title}» снова на рассмотрении. {reason}",
        "“{title}” is under review again. {reason}",
    ),
    NoticeKind.CHANGES_APPROVED: (
        "«{title}» экспонатына енгізген өзгерістеріңіз бекітілді.",
        "Ваши изменения в экспонате «{title}» одобрены.",
        "Your changes to “{title}” are approved.",
    ),
    NoticeKind.CHANGES_REFUSED: (
        "«{title}» экспонатына енгізген өзгерістеріңіз қабылданбады: {reason}",
        "Ваши изменения в экспонате «{title}» не приняты: {reason}",
        "Your changes to “{title}” are not taken: {reason}",
    ),
    NoticeKind.BROUGHT_BACK: (
        "«{title}» экспонаты жәрмеңкеге қайтарылды.",
        "Экспонат «{title}» возвращён на ярмарку.",
        "“{title}” is back at the fair.",
    ),
    NoticeKind.STAND_GIVEN: (
        "«{title}» экспонатының орны: {hall} залы, {stand} стенді.",
        "Место экспоната «{title}»: зал {hall}, стенд {stand}.",
        "“{title}” has its place: hall {hall}, stand {stand}.",
    ),
    NoticeKind.STAND_FREED: (
        "«{title}» экспонатының стенді енді жоқ. Жаңасын ұйымдастырушы береді.",
        "У экспоната «{title}» больше нет стенда. Новый назначит организатор.",
        "“{title}” has no stand any more. An organizer will give it another.",
    ),
    NoticeKind.PIN_GONE: (
        "«{title}» экспонаты енді жарияланбайды, сондықтан «{showcase}» топтамасында көрсетілмейді.",
        "Экспонат «{title}» больше не опубликован, поэтому в подборке «{showcase}» его не видно.",
        "“{title}” is no longer published, so the showcase “{showcase}” shows it no more.",
    ),
    NoticeKind.DEADLINE_NEAR: (
        "Өтінім қабылдау {when} аяқталады. Жіберілмеген жобалар: {drafts}.",
        "Приём заявок заканчивается {when}. Не отправлено черновиков: {drafts}.",
        "Entries close {when}. Drafts not sent in yet: {drafts}.",
    ),
}
