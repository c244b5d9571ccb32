"""What a college's own texts are, and who gets them."""

from datetime import datetime

from catalog import Store, submissions
from catalog.choices import MemberRole, State
from catalog.drafts import Draft, DraftText
from catalog.own_texts import OwnText, own_mark, own_texts
from tests.catalog.people import Someone, someone

EARLY = datetime.fromisoformat("2026-11-02T00:00:00Z")
ROBOT = OwnText(
    "R2B2T2",
    State.PUBLISHED,
    {
        "kk": DraftText("Қоқыс сұрыптау роботы"),
        "ru": DraftText(
            "Робот-сортировщик мусора", "Сортирует мусор.", "Камера узнаёт пластик и бумагу."
        ),
    },
    ("robotics", "machine-learning"),
)


def draft(store: Store, by: Someone) -> str:
    """The code of a draft that somebody saved."""
    copy = submissions.open_copy(store, college="temirqol", by=by.id, now=EARLY)
    made = Draft("temirqol", texts={"ru": DraftText("Второй робот")}, technologies=("welding",))
    submissions.autosave(store, copy.id, made, by=by.id, now=EARLY)
    return submissions.save(store, copy.id, by=by.id, now=EARLY).code


def test_an_editor_gets_the_colleges_drafts_and_what_is_public(fair: Store) -> None:
    editor = someone(fair, MemberRole.EDITOR, college="temirqol")
    code = draft(fair, editor)

    with fair.reading() as session:
        found = own_texts(session, college="temirqol", edition="fair", by=editor.id)

    second = OwnText(code, State.DRAFT, {"ru": DraftText("Второй робот")}, ("welding",))
    assert found == (ROBOT, second)


def test_another_colleges_editor_gets_nothing_and_a_reviewer_no_draft(fair: Store) -> None:
    draft(fair, someone(fair, MemberRole.EDITOR, college="temirqol"))
    stranger = someone(fair, MemberRole.EDITOR, college="zhasyl-dala")
    reviewer = someone(fair, MemberRole.REVIEWER)

    with fair.reading() as session:
        theirs = own_texts(session, college="temirqol", edition="fair", by=stranger.id)
        seen = own_texts(session, college="temirqol", edition="fair", by=reviewer.id)

    assert theirs == ()
    assert seen == (ROBOT,)


def test_the_mark_changes_with_the_entries_and_with_what_one_may_see(fair: Store) -> None:
    editor = someone(fair, MemberRole.EDITOR, college="temirqol")

    def mark(by: Someone = editor) -> object:
        with fair.reading() as session:
            return own_mark(session, college="temirqol", edition="fair", by=by.id)

    first = mark()
    assert mark() == first
    code = draft(fair, editor)
    second = mark()
    assert second != first
    copy = submissions.open_copy(fair, code=code, by=editor.id, now=EARLY)
    changed = Draft("temirqol", texts={"ru": DraftText("Третий робот")})
    submissions.autosave(fair, copy.id, changed, by=editor.id, now=EARLY)
    assert mark() == second
    submissions.save(fair, copy.id, by=editor.id, now=EARLY)
    assert mark() != second
    assert mark(someone(fair, MemberRole.COORDINATOR, college="temirqol")) != mark()
