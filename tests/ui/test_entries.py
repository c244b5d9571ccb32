"""What a college reads of an entry: its state, what is next, what is missing, a preview."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from catalog.choices import GivenBy, Kind, ProposalState, Role, Scope, Seeking, State
from catalog.consents import ConsentRecord, ShownPerson
from catalog.desk import EntryLine, TermsRecord
from catalog.drafts import Draft, DraftPerson, DraftPicture, DraftText, problems_for_submission
from catalog.field_names import FIELD_NAMES
from catalog.problems import Problem, ProblemCode
from catalog.records import CreatorRecord, PictureRecord
from catalog.values import values_of
from ui.clock import moment
from ui.entries import (
    Need,
    Step,
    college_terms,
    needs,
    preview_record,
    standing,
    step_of,
    value_text,
)
from ui.names import Names
from ui.screens.entry_fields import PREFIX, collected
from ui.screens.entry_people import collected_people
from ui.screens.entry_pictures import collected_pictures
from ui.text import speech

ENGLISH, RUSSIAN = speech("en"), speech("ru")
# 23:59:59 of 10 December and midnight of 20 December in Almaty, which is UTC+5.
DEADLINE = datetime(2026, 12, 10, 18, 59, 59, tzinfo=UTC)
FREEZE = datetime(2026, 12, 19, 19, 0, tzinfo=UTC)
TERMS = TermsRecord(DEADLINE, False, FREEZE, False, None, 0)
LINE = EntryLine(
    "ABC234", {"ru": "Робот"}, "one", {"ru": "Колледж"}, State.DRAFT, False, None, None, "", (),
    DEADLINE,
)  # fmt: skip
MISSING = (Problem("kind", ProblemCode.MISSING),)
BY = "Until 10.12.2026, 23:59, Almaty time."
UNTIL = "Until 20.12.2026, 00:00, Almaty time."
NO_NEED = "You need not do anything."


def person(number: int, name: str, *scopes: Scope, revoked: bool = False) -> ShownPerson:
    at = datetime(2026, 11, 1, tzinfo=UTC)
    consents = tuple(
        ConsentRecord(1, scope, GivenBy.SELF, date(2026, 10, 1), at, at if revoked else None)
        for scope in scopes
    )
    return ShownPerson(number, name, False, consents)


@pytest.mark.parametrize(
    ("changes", "terms", "state", "expected"),
    [
        ({}, {}, "draft", ("Next: give it in for review.", BY)),
        ({"missing": MISSING}, {}, "draft", ("Next: fill in what is missing and give it in.", BY)),
        ({}, {"is_over": True}, "draft", ("The deadline has passed; the draft is kept.",)),
        ({}, {"deadline": None}, "draft", ("Next: give it in for review.",)),
        ({"state": State.SUBMITTED}, {}, "submitted",
         (f"Next: a reviewer looks at it. {NO_NEED}",)),
        ({"state": State.CHANGES_REQUESTED}, {}, "changes requested",
         ("Next: mend what the reviewer asks for and give it in again.", UNTIL)),
        ({"state": State.ACCEPTED}, {}, "accepted",
         (f"Next: the organizers publish it. {NO_NEED}",)),
        ({"state": State.PUBLISHED}, {}, "published", ("Visitors see it.",)),
        ({"state": State.PUBLISHED, "hidden": True}, {}, "published",
         ("Hidden from visitors by an organizer.",)),
        ({"state": State.PUBLISHED, "proposal": ProposalState.WRITING}, {}, "published",
         ("Visitors see it.", "Your changes are not given in yet; until they are approved, what "
          "was approved before stays.", UNTIL)),
        ({"state": State.PUBLISHED, "proposal": ProposalState.SUBMITTED}, {}, "published",
         ("Visitors see it.", "Your changes wait for a reviewer.")),
        ({"state": State.REJECTED}, {}, "rejected", ("It isn’t shown at this fair.",)),
        ({"state": State.WITHDRAWN}, {}, "withdrawn",
         ("You took it back. An organizer can open it again.",)),
    ],
)  # fmt: skip
def test_a_college_reads_what_is_next_and_until_when(
    changes: Mapping[str, Any], terms: Mapping[str, Any], state: str, expected: tuple[str, ...]
) -> None:
    found = standing(replace(LINE, **changes), replace(TERMS, **terms), ENGLISH)

    assert (found.state, found.sentences) == (state, expected)


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_every_state_says_something(state: State, language: str) -> None:
    found = standing(replace(LINE, state=state), TERMS, speech(language))

    assert found.state
    assert all(found.sentences)


def test_a_college_reads_its_deadline_and_places() -> None:
    assert college_terms(replace(TERMS, quota=5, counted=2), RUSSIAN) == [
        "Отправьте экспонаты до 10.12.2026, 23:59 по времени Алматы.",
        "Занято мест: 2 из 5.",
    ]
    over = replace(TERMS, is_over=True, is_frozen=True)
    assert college_terms(over, ENGLISH) == [
        "The deadline was 10.12.2026, 23:59, Almaty time.",
        "The fair is about to open: only organizers change exhibits now.",
    ]
    assert college_terms(replace(TERMS, deadline=None), ENGLISH) == []
    assert moment(DEADLINE) == "10.12.2026, 23:59"


def test_what_is_missing_leads_to_its_page() -> None:
    problems = problems_for_submission(Draft("one", texts={"kk": DraftText("Ек")}))

    assert needs(problems, ENGLISH) == [
        Need("Title (Қазақша)", "Too short: 2 characters, at least 3 are needed.", Step.TEXTS),
        Need("Description", "A description in at least one language is needed.", Step.TEXTS),
        Need("Kind", "", Step.TECHNOLOGIES),
        Need("Technologies", "", Step.TECHNOLOGIES),
    ]


def test_every_field_has_a_title_and_a_page() -> None:
    stems = {name.rpartition("_")[0] if name[-3:] in ("_kk",) else name for name in FULL_VALUES}
    assert stems <= FIELD_NAMES.keys()
    assert step_of("pictures") is Step.PICTURES
    assert step_of("teacher_phone") is Step.STAND
    assert step_of("named") is Step.TEAM


FULL = Draft(
    "one",
    texts={"kk": DraftText("Робот", "Қысқа.", "Ұзын.")},
    field="robotics",
    kind=Kind.PROTOTYPE,
    specialty="mehatronika",
    technologies=("robotics", "drones"),
    keywords=("мусор", "камера"),
    creators=(Role.AUTHOR, Role.AUTHOR, Role.SUPERVISOR),
    team_size=3,
    course=2,
    seeking=frozenset({Seeking.PILOT}),
    contactable=True,
    links=("https://one.example/",),
    pictures=(DraftPicture("a" * 64, {"ru": "Робот"}, nobody_recognizable=True),),
    named=(DraftPerson(1, Role.PRESENTER, shown=True),),
)
FULL_VALUES = values_of(FULL)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("title_kk", "Робот"), ("kind", "Прототип"), ("field", "Робототехника"),
        ("technologies", "Робототехника, Дроны"), ("keywords", "мусор, камера"),
        ("creators", "2 автора, 1 руководитель"), ("team_size", "3"), ("contactable", "да"),
        ("seeking", "предприятие для пробного внедрения"), ("pictures", "1 фотография"),
        ("named", "Айша (докладчик)"), ("specialty", "Мехатроника"), ("summary_en", "—"),
    ],
)  # fmt: skip
def test_a_value_is_read_by_name(names: Names, name: str, expected: str) -> None:
    people = [person(1, "Айша")]

    assert value_text(name, FULL_VALUES.get(name), names, people, RUSSIAN) == expected


def test_a_preview_shows_what_visitors_will_see(names: Names) -> None:
    pictures = (
        DraftPicture("a" * 64, {"ru": "Робот"}, nobody_recognizable=True),
        DraftPicture("b" * 64, {"ru": "Айша"}, nobody_recognizable=False, people=(1,)),
        DraftPicture("c" * 64, {"ru": "Марат"}, nobody_recognizable=False, people=(2,)),
        DraftPicture("d" * 64, {"ru": "Кто-то"}, nobody_recognizable=False),
    )
    named = (
        DraftPerson(1, Role.AUTHOR, shown=True),
        DraftPerson(1, Role.PRESENTER, shown=False),
        DraftPerson(2, Role.AUTHOR, shown=True),
    )
    draft = replace(FULL, pictures=pictures, named=named)
    people = [person(1, "Айша", Scope.BOTH), person(2, "Марат", Scope.BOTH, revoked=True)]

    record = preview_record(draft, names, people, code="ABC234")

    assert record is not None
    assert record.pictures == (
        PictureRecord("a" * 64, {"ru": "Робот"}),
        PictureRecord("b" * 64, {"ru": "Айша"}),
    )
    assert record.people == (
        CreatorRecord(Role.AUTHOR, "Айша"),
        CreatorRecord(Role.PRESENTER, None),
        CreatorRecord(Role.AUTHOR, None),
    )
    assert (record.college.names, record.technologies) == (
        names.colleges["one"].names, ("robotics", "drones"),
    )  # fmt: skip
    untitled = replace(FULL, texts={"kk": DraftText("", "Қысқа.")})
    assert preview_record(untitled, names, [], code="ABC234") is None


def sent(monkeypatch: pytest.MonkeyPatch, **fields: Any) -> dict[str, Any]:
    state = {PREFIX + name: value for name, value in fields.items()}
    monkeypatch.setattr("streamlit.session_state", state)
    return state


def test_what_the_browser_sends_becomes_values_and_nothing_is_no_value(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sent(
        monkeypatch, title_kk="  Сварка \u200b робот ", description_kk="Бір.\r\n\r\n\r\nЕкі.",
        keywords="мусор,  камера; мусор", links="https://a.example/\n\nhttps://b.example/",
        team_size=None, network=True, contactable=False, technologies=[], kind="craft",
        seeking=["pilot", "internship"],
    )  # fmt: skip

    found = collected(FULL_VALUES)

    assert {**FULL_VALUES, **found} == found | {
        "team_size": 3, "contactable": True, "technologies": ["robotics", "drones"],
    }  # fmt: skip
    assert found["title_kk"] == "Сварка робот"
    assert found["description_kk"] == "Бір.\n\nЕкі."
    assert found["keywords"] == ["мусор", "камера"]
    assert found["links"] == ["https://a.example/", "https://b.example/"]
    assert found["seeking"] == ["internship", "pilot"]
    assert (found["kind"], found["network"]) == ("craft", True)
    assert found.keys() >= {"summary_kk", "specialty", "named"}
    assert found.keys().isdisjoint({"team_size", "contactable", "technologies"})


def test_creators_keep_their_order_while_their_numbers_are_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    values = {"college": "one", "creators": ["supervisor", "author"]}
    state = sent(monkeypatch, **{"role author": 1, "role presenter": 0, "role supervisor": 1})
    assert collected(values) == values

    state[PREFIX + "role author"] = 2
    assert collected(values)["creators"] == ["author", "author", "supervisor"]
    state[PREFIX + "role author"] = state[PREFIX + "role supervisor"] = 0
    assert collected(values) == {"college": "one"}


def test_pictures_and_people_take_what_was_sent_and_leave_the_former_values_alone() -> None:
    values = dict(FULL_VALUES)
    before = values_of(FULL)
    name = "a" * 64
    state = {
        PREFIX + f"alt {name} ru": " Рука  робота ", PREFIX + f"alt {name} kk": "",
        PREFIX + f"nobody {name}": False, PREFIX + f"seen {name}": [1],
        PREFIX + "named-role 1": "author", PREFIX + "named-shown 1": False,
    }  # fmt: skip

    collected_pictures(values, state, PREFIX)
    collected_people(values, state, PREFIX)

    assert values["pictures"] == [
        {"hash": name, "alt": {"ru": "Рука робота"}, "nobody_recognizable": False, "people": [1]}
    ]
    assert values["named"] == [{"person": 1, "role": "author", "shown": False}]
    assert before == FULL_VALUES
