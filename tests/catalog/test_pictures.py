import io
import random
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from PIL import Image
from sqlalchemy import func, select

from catalog import Store, media, pictures, review, submissions
from catalog.choices import Decision, MemberRole, State
from catalog.drafts import Draft, DraftPicture, DraftText
from catalog.models import Exhibit, Picture, PictureSize
from catalog.refusals import Reason, Refused, WrongPicture
from catalog.settings import UploadLimits
from tests.catalog.entries import COMPLETE, written
from tests.catalog.people import Someone, someone

AUTHOR = MemberRole.EDITOR
BEFORE_FREEZE = datetime.fromisoformat("2026-11-05T06:00:00+00:00")
AFTER_FREEZE = datetime.fromisoformat("2026-11-25T06:00:00+00:00")


def a_picture(seed: int = 0, size: tuple[int, int] = (400, 300)) -> bytes:
    out = io.BytesIO()
    image = Image.new("RGB", size, (seed % 256, 90, 30))
    image.paste((255, 255, 255), (seed, seed, seed + 40, seed + 40))
    image.save(out, "JPEG")
    return out.getvalue()


@pytest.fixture
def editor(fair: Store) -> Someone:
    return someone(fair, MemberRole.EDITOR, college="temirqol")


def add(fair: Store, data: bytes, by: int, *, college: str = "temirqol", **more: object) -> str:
    return pictures.add_picture(fair, data, college=college, by=by, now=BEFORE_FREEZE, **more)  # type: ignore[arg-type]


def an_entry(fair: Store, by: int, picture: DraftPicture, *, college: str = "temirqol") -> str:
    """The code of a new draft of the college with this picture."""
    copy = submissions.open_copy(fair, college=college, by=by, now=BEFORE_FREEZE)
    draft = Draft(college=college, texts={"ru": DraftText("Станок")}, pictures=(picture,))
    submissions.autosave(fair, copy.id, draft, by=by, now=BEFORE_FREEZE)
    return submissions.save(fair, copy.id, by=by, now=BEFORE_FREEZE).code


def keep(fair: Store, copy: int, by: int, *hashes: str, now: datetime = BEFORE_FREEZE) -> None:
    """Keep these pictures, and no others, in a working copy."""
    shown = tuple(DraftPicture(key, {"ru": "Станок"}, True) for key in hashes)
    draft = Draft(college="temirqol", texts={"ru": DraftText("Станок")}, pictures=shown)
    submissions.autosave(fair, copy, draft, by=by, now=now)


def a_copy(fair: Store, by: int, *hashes: str) -> int:
    """The number of a new working copy with these pictures."""
    copy = submissions.open_copy(fair, college="temirqol", by=by, now=BEFORE_FREEZE)
    keep(fair, copy.id, by, *hashes)
    return copy.id


def publish(fair: Store, code: str) -> None:
    """Straight in the tables: how an exhibit gets there is tested elsewhere."""
    with fair.writing() as session:
        session.scalars(select(Exhibit).where(Exhibit.code == code)).one().state = State.PUBLISHED


def test_a_picture_is_kept_in_its_sizes_and_the_same_bytes_once(
    fair: Store, editor: Someone
) -> None:
    data = a_picture(size=(1200, 600))
    keys = {add(fair, data, editor.id) for _ in range(2)}

    assert keys == {media.hash_of(data)}
    with fair.reading() as session:
        assert session.scalar(select(func.count()).select_from(Picture)) == 1
        rows = session.execute(
            select(PictureSize.size, PictureSize.width, PictureSize.webp).order_by(PictureSize.size)
        ).all()
        assert [(row.size, row.width) for row in rows] == [(320, 320), (960, 960), (1920, 1200)]
        room = pictures.room_of(session, "temirqol", by=editor.id, now=BEFORE_FREEZE)
        assert (room.pictures, room.bytes) == (1, sum(len(row.webp) for row in rows))


def test_a_picture_that_is_refused_leaves_nothing(fair: Store, editor: Someone) -> None:
    with pytest.raises(WrongPicture):
        add(fair, b"<svg/>", editor.id)

    with fair.reading() as session:
        assert session.scalar(select(func.count()).select_from(Picture)) == 0
        room = pictures.room_of(session, "temirqol", by=editor.id, now=BEFORE_FREEZE)
        assert (room.pictures, room.bytes, room.is_full) == (0, 0, False)


def test_a_college_has_room_for_so_many_pictures_and_no_more(fair: Store, editor: Someone) -> None:
    limits = UploadLimits(college_pictures=2)
    for seed in (1, 2):
        add(fair, a_picture(seed), editor.id, limits=limits)

    with pytest.raises(Refused) as refused:
        add(fair, a_picture(3), editor.id, limits=limits)

    assert refused.value.reason is Reason.COLLEGE_IS_FULL
    # Another college's room is its own.
    other = someone(fair, MemberRole.EDITOR, college="zhasyl-dala")
    add(fair, a_picture(3), other.id, college="zhasyl-dala", limits=limits)
    # What is taken out is free again.
    copy = a_copy(fair, editor.id, media.hash_of(a_picture(1)))
    keep(fair, copy, editor.id)
    add(fair, a_picture(3), editor.id, limits=limits)


def test_a_full_room_lets_go_of_what_nothing_has_held_for_an_hour(
    fair: Store, editor: Someone
) -> None:
    limits = UploadLimits(college_pictures=3)
    forgotten, drafted, saved = (add(fair, a_picture(n), editor.id) for n in range(3))
    an_entry(fair, editor.id, DraftPicture(saved, {"ru": "Станок"}, True))
    copy = submissions.open_copy(fair, college="temirqol", by=editor.id, now=BEFORE_FREEZE)
    draft = Draft("temirqol", pictures=(DraftPicture(drafted, {}, False),))
    submissions.autosave(fair, copy.id, draft, by=editor.id, now=BEFORE_FREEZE)

    def one_more(after: timedelta) -> str:
        return pictures.add_picture(
            fair, a_picture(9), college="temirqol", by=editor.id, now=BEFORE_FREEZE + after,
            limits=limits,
        )  # fmt: skip

    def lets_go(after: timedelta) -> bool:
        with fair.reading() as session:
            room = pictures.room_of(
                session, "temirqol", by=editor.id, now=BEFORE_FREEZE + after, limits=limits
            )
        assert room.is_full
        return room.has_unused

    with pytest.raises(Refused) as refused:
        one_more(timedelta(minutes=59))
    assert refused.value.reason is Reason.COLLEGE_IS_FULL
    assert [lets_go(timedelta(minutes=minutes)) for minutes in (59, 61)] == [False, True]
    added = one_more(timedelta(minutes=61))

    with fair.reading() as session:
        kept = set(session.scalars(select(Picture.hash)))
    assert kept == {drafted, saved, added}
    assert forgotten not in kept


def test_a_picture_that_another_college_gave_in_too_stays_for_it(
    fair: Store, editor: Someone
) -> None:
    other = someone(fair, MemberRole.EDITOR, college="zhasyl-dala")
    key = add(fair, a_picture(1), editor.id)
    assert add(fair, a_picture(1), other.id, college="zhasyl-dala") == key

    submissions.discard(fair, a_copy(fair, editor.id, key), by=editor.id, now=BEFORE_FREEZE)

    with fair.reading() as session:
        assert pictures.private_picture(session, key, 320, by=other.id) is not None
        assert pictures.private_picture(session, key, 320, by=editor.id) is None


def test_a_picture_that_would_overflow_the_room_is_not_kept(fair: Store, editor: Someone) -> None:
    size = media.render(a_picture(1)).bytes

    with pytest.raises(Refused) as refused:
        add(fair, a_picture(1), editor.id, limits=UploadLimits(college_bytes=size - 1))
    assert refused.value.reason is Reason.COLLEGE_IS_FULL
    with fair.reading() as session:
        assert session.scalar(select(func.count()).select_from(Picture)) == 0

    add(fair, a_picture(1), editor.id, limits=UploadLimits(college_bytes=size))


def test_many_at_once_are_all_counted(fair: Store, editor: Someone) -> None:
    limits = UploadLimits(college_pictures=3)

    def one(seed: int) -> str:
        try:
            return add(fair, a_picture(seed), editor.id, limits=limits)
        except Refused as refused:
            return refused.reason

    with ThreadPoolExecutor(6) as pool:
        outcomes = list(pool.map(one, range(10, 16)))

    assert outcomes.count(Reason.COLLEGE_IS_FULL) == 3
    with fair.reading() as session:
        assert session.scalar(select(func.count()).select_from(Picture)) == 3


@pytest.mark.parametrize(
    ("role", "college", "now", "reason"),
    [
        (MemberRole.EDITOR, "temirqol", BEFORE_FREEZE, None),
        (MemberRole.COORDINATOR, "temirqol", BEFORE_FREEZE, None),
        (MemberRole.ORGANIZER, None, AFTER_FREEZE, None),
        (MemberRole.EDITOR, "zhasyl-dala", BEFORE_FREEZE, Reason.NOT_YOUR_ROLE),
        (MemberRole.COORDINATOR, "zhasyl-dala", BEFORE_FREEZE, Reason.NOT_YOUR_ROLE),
        (MemberRole.EDITOR, "temirqol", AFTER_FREEZE, Reason.FROZEN),
        (MemberRole.REVIEWER, None, BEFORE_FREEZE, Reason.NOT_YOUR_ROLE),
        (MemberRole.CURATOR, None, BEFORE_FREEZE, Reason.NOT_YOUR_ROLE),
        (None, None, BEFORE_FREEZE, Reason.NOT_YOUR_ROLE),
    ],
)
def test_who_gives_pictures_in(
    fair: Store, role: MemberRole | None, college: str | None, now: datetime, reason: Reason | None
) -> None:
    who = someone(fair, role, college=college).id

    def outcome(act: Callable[[], object]) -> Reason | None:
        try:
            act()
        except Refused as refused:
            return refused.reason
        return None

    assert outcome(
        lambda: pictures.add_picture(fair, a_picture(2), college="temirqol", by=who, now=now)
    ) is reason  # fmt: skip


def test_an_entry_takes_the_pictures_of_its_own_college_alone(fair: Store, editor: Someone) -> None:
    other = someone(fair, MemberRole.EDITOR, college="zhasyl-dala")
    own = add(fair, a_picture(1), editor.id)
    theirs = add(fair, a_picture(2), other.id, college="zhasyl-dala")
    copy = submissions.open_copy(fair, college="temirqol", by=editor.id, now=BEFORE_FREEZE)
    draft = Draft(
        college="temirqol",
        texts={"ru": DraftText("Станок")},
        pictures=tuple(
            DraftPicture(key, {"ru": "Станок"}, True) for key in (theirs, own, "0" * 64)
        ),
    )
    submissions.autosave(fair, copy.id, draft, by=editor.id, now=BEFORE_FREEZE)
    code = submissions.save(fair, copy.id, by=editor.id, now=BEFORE_FREEZE).code

    again = submissions.open_copy(fair, code=code, by=editor.id, now=BEFORE_FREEZE)

    assert again.draft == replace(draft, pictures=(draft.pictures[1],))


def taken(fair: Store) -> set[str]:
    """The pictures that take room."""
    with fair.reading() as session:
        return set(session.scalars(select(Picture.hash)))


def test_a_picture_taken_out_is_gone_at_once_if_nothing_else_has_it(
    fair: Store, editor: Someone
) -> None:
    first, second = (add(fair, a_picture(n), editor.id) for n in (1, 2))
    copy = a_copy(fair, editor.id, first, second)
    assert taken(fair) == {first, second}

    keep(fair, copy, editor.id, second)
    assert taken(fair) == {second}
    submissions.discard(fair, copy, by=editor.id, now=BEFORE_FREEZE)
    assert taken(fair) == set()
    with fair.reading() as session:
        assert session.scalar(select(func.count()).select_from(PictureSize)) == 0


def test_a_picture_that_was_saved_goes_when_it_is_saved_without(
    fair: Store, editor: Someone
) -> None:
    key = add(fair, a_picture(1), editor.id)
    code = an_entry(fair, editor.id, DraftPicture(key, {"ru": "Станок"}, True))
    colleague = someone(fair, MemberRole.EDITOR, college="temirqol")
    mine = submissions.open_copy(fair, code=code, by=editor.id, now=BEFORE_FREEZE)
    theirs = submissions.open_copy(fair, code=code, by=colleague.id, now=BEFORE_FREEZE)

    keep(fair, mine.id, editor.id)
    assert taken(fair) == {key}
    submissions.save(fair, mine.id, by=editor.id, now=BEFORE_FREEZE)
    # A colleague still works on the entry as it was.
    assert taken(fair) == {key}
    later = BEFORE_FREEZE + timedelta(minutes=61)
    submissions.discard(fair, theirs.id, by=colleague.id, now=later)
    assert taken(fair) == set()


def test_what_was_given_in_keeps_its_pictures(fair: Store, editor: Someone) -> None:
    key = add(fair, a_picture(1), editor.id)
    code = written(
        fair, editor, replace(COMPLETE, pictures=(DraftPicture(key, {"ru": "Станок"}, True),))
    )
    coordinator = someone(fair, MemberRole.COORDINATOR, college="temirqol")
    submissions.submit(fair, code, by=coordinator.id, now=BEFORE_FREEZE)
    reviewer = someone(fair, MemberRole.REVIEWER)
    (outcome,) = review.decide(
        fair, [code], Decision.CHANGES_REQUESTED, reason="Другой снимок.", by=reviewer.id,
        now=BEFORE_FREEZE + timedelta(seconds=1),
    )  # fmt: skip
    assert outcome.error is None
    copy = submissions.open_copy(fair, code=code, by=editor.id, now=BEFORE_FREEZE)
    submissions.autosave(
        fair, copy.id, replace(copy.draft, pictures=()), by=editor.id, now=BEFORE_FREEZE
    )
    submissions.save(fair, copy.id, by=editor.id, now=BEFORE_FREEZE)

    assert taken(fair) == {key}


def test_what_a_colleague_has_just_given_in_is_left_to_them(fair: Store, editor: Someone) -> None:
    key = add(fair, a_picture(1), editor.id)
    copy = a_copy(fair, editor.id, key)
    colleague = someone(fair, MemberRole.EDITOR, college="temirqol")
    assert add(fair, a_picture(1), colleague.id) == key

    keep(fair, copy, editor.id)
    assert taken(fair) == {key}
    keep(fair, copy, editor.id, key)
    keep(fair, copy, editor.id, now=BEFORE_FREEZE + timedelta(minutes=61))
    assert taken(fair) == set()


def test_the_public_sees_the_pictures_of_public_exhibits_alone(
    fair: Store, editor: Someone
) -> None:
    key = add(fair, a_picture(1, (1200, 600)), editor.id)
    code = an_entry(fair, editor.id, DraftPicture(key, {"ru": "Станок"}, True))
    with fair.reading() as session:
        assert pictures.public_picture(session, key, 320) is None

    publish(fair, code)

    with fair.reading() as session:
        for size, width in ((320, 320), (960, 960), (1920, 1200)):
            shown = pictures.public_picture(session, key, size)
            assert shown is not None
            assert shown.for_good
            assert Image.open(io.BytesIO(shown.webp)).width == width
        assert pictures.public_picture(session, key, 100) is None
        assert pictures.public_picture(session, "0" * 64, 320) is None
    with fair.writing() as session:
        session.scalars(select(Exhibit).where(Exhibit.code == code)).one().hidden = True
    with fair.reading() as session:
        assert pictures.public_picture(session, key, 320) is None


def test_a_small_picture_is_its_own_large_one(fair: Store, editor: Someone) -> None:
    key = add(fair, a_picture(1, (200, 100)), editor.id)

    with fair.reading() as session:
        found = [pictures.private_picture(session, key, size, by=editor.id) for size in (320, 1920)]
    assert found[0] is not None
    assert found[0] == found[1]


SEES: Mapping[tuple[MemberRole | None, str | None], bool] = {
    (MemberRole.EDITOR, "temirqol"): True,
    (MemberRole.COORDINATOR, "temirqol"): True,
    (MemberRole.REVIEWER, None): True,
    (MemberRole.REVIEWER, "temirqol"): True,
    (MemberRole.ORGANIZER, None): True,
    (MemberRole.EDITOR, "zhasyl-dala"): False,
    (MemberRole.COORDINATOR, "zhasyl-dala"): False,
    (MemberRole.REVIEWER, "zhasyl-dala"): False,
    (MemberRole.CURATOR, None): False,
    (None, None): False,
}


@pytest.mark.parametrize(("whose", "sees"), SEES.items())
def test_who_sees_a_picture_that_is_not_public(
    fair: Store, editor: Someone, whose: tuple[MemberRole | None, str | None], sees: bool
) -> None:
    key = add(fair, a_picture(1), editor.id)
    who = someone(fair, whose[0], college=whose[1])

    with fair.reading() as session:
        assert (pictures.private_picture(session, key, 320, by=who.id) is not None) is sees


def test_rendering_does_not_hold_up_other_writers(
    fair: Store, editor: Someone, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite has one writer: decoding happens outside of the transaction."""
    render = media.render

    def slow(data: bytes) -> media.Rendered:
        with fair.writing_if_free() as session:
            session.add(
                Picture(hash=random.Random(1).randbytes(32).hex(), created_at=BEFORE_FREEZE)
            )
        return render(data)

    monkeypatch.setattr(media, "render", slow)
    add(fair, a_picture(1), editor.id)

    with fair.reading() as session:
        assert session.scalar(select(func.count()).select_from(Picture)) == 2
