import json

from hypothesis import given
from hypothesis import strategies as st

from catalog.choices import Kind, Origin, Role, Seeking
from catalog.drafts import Draft, DraftPerson, DraftPicture, DraftText, Logistics
from catalog.values import changed_fields, draft_from, merged, values_of

LINES = st.text(min_size=1, max_size=8)
TEXTS = st.builds(
    DraftText, title=LINES, summary=st.text(max_size=5), description=st.text(max_size=5),
    origin=st.sampled_from(Origin),
)  # fmt: skip
DRAFTS = st.builds(
    Draft,
    college=st.just("temirqol"),
    texts=st.dictionaries(st.sampled_from(("kk", "ru", "en")), TEXTS),
    field=st.none() | LINES,
    kind=st.none() | st.sampled_from(Kind),
    technologies=st.lists(LINES, max_size=2).map(tuple),
    keywords=st.lists(LINES, max_size=2).map(tuple),
    creators=st.lists(st.sampled_from(Role), max_size=2).map(tuple),
    seeking=st.frozensets(st.sampled_from(Seeking)),
    course=st.none() | st.integers(1, 4),
    contactable=st.booleans(),
    pictures=st.lists(
        st.builds(
            DraftPicture, hash=LINES, nobody_recognizable=st.booleans(),
            alt=st.dictionaries(st.sampled_from(("kk", "ru", "en")), LINES, min_size=1),
            people=st.lists(st.integers(1, 9), max_size=2).map(tuple),
        ),
        max_size=2,
    ).map(tuple),
    links=st.lists(LINES, max_size=2).map(tuple),
    logistics=st.builds(
        Logistics, power_watts=st.none() | st.integers(1, 9), noise=st.booleans(),
        teacher_phone=st.none() | LINES,
    ),
    named=st.lists(
        st.builds(
            DraftPerson, person=st.integers(1, 9), role=st.sampled_from(Role), shown=st.booleans()
        ),
        max_size=2,
    ).map(tuple),
)  # fmt: skip


@given(DRAFTS)
def test_a_draft_comes_back_from_json_as_it_was(draft: Draft) -> None:
    assert draft_from(json.loads(json.dumps(values_of(draft)))) == draft


@given(DRAFTS, DRAFTS)
def test_two_drafts_are_equal_exactly_when_no_field_differs(one: Draft, other: Draft) -> None:
    assert (one == other) == (changed_fields(values_of(one), values_of(other)) == ())


def test_what_both_editors_changed_is_kept() -> None:
    base = {"college": "a", "title_ru": "Робот", "kind": "product", "course": 1}
    mine = {"college": "a", "title_ru": "Мой робот", "kind": "product", "team_size": 3}
    theirs = {"college": "a", "title_ru": "Их робот", "kind": "craft", "course": 1}

    assert changed_fields(base, mine) == ("title_ru", "team_size", "course")
    assert merged(base, mine, theirs) == {
        "college": "a", "title_ru": "Мой робот", "kind": "craft", "team_size": 3,
    }  # fmt: skip
