from dataclasses import replace
from datetime import datetime

import pytest

from catalog import Store, desk
from catalog.choices import MemberRole
from catalog.drafts import Logistics
from tests.catalog.entries import COMPLETE, OPEN, given_in
from tests.catalog.people import someone

NEEDS = Logistics(power_watts=500, teacher_phone="+7 701 000 00 01")


@pytest.fixture
def now() -> datetime:
    return OPEN


@pytest.mark.parametrize(
    ("role", "college", "seen"),
    [
        (MemberRole.REVIEWER, None, Logistics()),
        (MemberRole.ORGANIZER, None, NEEDS),
        (MemberRole.EDITOR, "temirqol", NEEDS),
    ],
)
def test_what_a_stand_needs_is_the_colleges_and_the_organizers(
    fair: Store, now: datetime, role: MemberRole, college: str | None, seen: Logistics
) -> None:
    coordinator = someone(fair, MemberRole.COORDINATOR, college="temirqol")
    code = given_in(fair, coordinator, replace(COMPLETE, logistics=NEEDS), now=now)
    reader = someone(fair, role, college=college)
    with fair.reading() as session:
        view = desk.entry_view(session, code, by=reader.id, now=now)
    (revision,) = view.revisions
    drafts = (view.approved, view.present, revision.draft)
    assert [one.logistics for one in drafts] == [seen] * 3
