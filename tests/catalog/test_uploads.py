from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from catalog import Store, uploads
from catalog.choices import MemberRole
from catalog.models import Account, Edition, UploadTally
from catalog.permissions import COMMAND_LINE
from catalog.refusals import Reason, Refused
from catalog.settings import Settings, UploadLimits
from tests.catalog.people import someone

NOW = datetime(2026, 11, 5, 6, 40, tzinfo=UTC)
FROZEN = datetime(2026, 11, 25, 6, 40, tzinfo=UTC)
LIMITS = UploadLimits(account_files=3, account_bytes=1_000)


def outcome(
    fair: Store, by: int, size: int = 100, *, now: datetime = NOW, limits: UploadLimits = LIMITS
) -> Reason | None:
    try:
        uploads.admit(fair, size, by=by, limits=limits, now=now)
    except Refused as refused:
        return refused.reason
    return None


@pytest.mark.parametrize(
    ("role", "college", "now", "reason"),
    [
        (MemberRole.EDITOR, "temirqol", NOW, None),
        (MemberRole.EDITOR, "temirqol", FROZEN, Reason.FROZEN),
        (MemberRole.COORDINATOR, "temirqol", NOW, None),
        (MemberRole.COORDINATOR, "temirqol", FROZEN, Reason.FROZEN),
        (MemberRole.ORGANIZER, None, FROZEN, None),
        (MemberRole.REVIEWER, None, NOW, Reason.NOT_YOUR_ROLE),
        # With translations.
        (MemberRole.CURATOR, None, FROZEN, None),
        (None, None, NOW, Reason.NOT_YOUR_ROLE),
    ],
)
def test_who_may_send_files(
    fair: Store, role: MemberRole | None, college: str | None, now: datetime, reason: Reason | None
) -> None:
    who = someone(fair, role, college=college).id

    assert outcome(fair, who, now=now) is reason
    with fair.reading() as session:
        try:
            uploads.may_upload(session, by=who, now=now)
        except Refused as refused:
            assert refused.reason is reason
        else:
            assert reason is None


def test_the_freeze_of_one_edition_does_not_close_another(fair: Store) -> None:
    with fair.writing() as session:
        session.add(Edition(slug="next", year=2027, name_ru="Следующая"))
    everywhere = someone(fair, MemberRole.EDITOR, college="temirqol", is_demo=False)
    here = someone(fair, MemberRole.EDITOR, college="temirqol", edition="fair")

    assert outcome(fair, everywhere.id, now=FROZEN) is None
    assert outcome(fair, here.id, now=FROZEN) is Reason.FROZEN


def test_a_blocked_account_sends_nothing_more(fair: Store) -> None:
    who = someone(fair, MemberRole.EDITOR, college="temirqol").id
    assert outcome(fair, who) is None
    with fair.writing() as session:
        session.get_one(Account, who).blocked_at = NOW

    assert outcome(fair, who) is Reason.BLOCKED


def test_so_many_files_and_bytes_within_an_hour(fair: Store) -> None:
    one, other = (someone(fair, MemberRole.EDITOR, college="temirqol").id for _ in range(2))
    assert [outcome(fair, one, size) for size in (100, 200, 300, 1)] == [
        None, None, None, Reason.UPLOADED_MUCH,
    ]  # fmt: skip
    assert [outcome(fair, other, size) for size in (1_001, 600, 401, 400)] == [
        Reason.UPLOADED_MUCH, None, Reason.UPLOADED_MUCH, None,
    ]  # fmt: skip
    with pytest.raises(Refused) as refused:
        uploads.admit(fair, 1, by=one, limits=LIMITS, now=NOW)
    assert refused.value.facts == {"minutes": 20}

    later = NOW + timedelta(minutes=20)
    assert outcome(fair, one, now=later) is None
    assert outcome(fair, one, now=later + timedelta(days=3)) is None
    with fair.reading() as session:
        kept = session.scalars(select(UploadTally.hour).where(UploadTally.account_id == one)).all()
    assert len(kept) == 1


def test_files_sent_at_once_are_all_counted(fair: Store) -> None:
    who = someone(fair, MemberRole.EDITOR, college="temirqol").id

    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(lambda _: outcome(fair, who), range(6)))

    assert found.count(None) == 3
    assert found.count(Reason.UPLOADED_MUCH) == 3


def test_the_machine_itself_is_not_counted(fair: Store) -> None:
    uploads.admit(fair, 10_000, by=COMMAND_LINE, limits=LIMITS, now=NOW)


def test_limits_come_from_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KORME_COLLEGE_PICTURES", "5")
    monkeypatch.setenv("KORME_COLLEGE_PICTURES_MB", "6")
    monkeypatch.setenv("KORME_HOURLY_UPLOADS", "7")
    monkeypatch.setenv("KORME_HOURLY_UPLOAD_MB", "8")

    assert Settings().upload_limits == UploadLimits(5, 6_000_000, 7, 8_000_000)
