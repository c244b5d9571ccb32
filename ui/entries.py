"""What a college reads about an entry it is writing: the steps of the form, its state, what is next.

Pure words and values; the screens draw them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from catalog.choices import ProposalState, State
from catalog.consents import ShownPerson
from catalog.desk import EntryLine, EntryView, TermsRecord
from catalog.drafts import Draft
from catalog.field_names import field_label, split_field
from catalog.problems import Problem, ProblemCode
from catalog.records import (
    CollegeBrief,
    CreatorRecord,
    ExhibitRecord,
    PictureRecord,
    TextRecord,
)
from catalog.refusals import state_name
from ui.clock import moment
from ui.names import Names
from ui.text import NATIVE_NAMES, Speech, later
from ui.views import ROLE_NAMES, ROLES, SEEKING


class Step(StrEnum):
    """A page of the form."""

    TEXTS = "texts"
    TECHNOLOGIES = "technologies"
    TEAM = "team"
    PICTURES = "pictures"
    STAND = "stand"
    CHECK = "check"


STEP_TITLES: Mapping[Step, str] = {
    Step.TEXTS: later("Texts"),
    Step.TECHNOLOGIES: later("Technologies"),
    Step.TEAM: later("Team"),
    Step.PICTURES: later("Pictures"),
    Step.STAND: later("Stand"),
    Step.CHECK: later("Check"),
}
_STEP_OF: Mapping[str, Step] = {
    **dict.fromkeys(("title", "summary", "description", "origin"), Step.TEXTS),
    **dict.fromkeys(("kind", "field", "technologies", "keywords"), Step.TECHNOLOGIES),
    **dict.fromkeys(
        (
            "specialty",
            "creators",
            "named",
            "team_size",
            "course",
            "seeking",
            "contactable",
            "links",
        ),
        Step.TEAM,
    ),
    "pictures": Step.PICTURES,
}


def field_title(name: str, speech: Speech) -> str:
    """What a field of `catalog.values` is called, with its language where it has one."""
    stem, language = split_field(name)
    title = field_label(stem, speech.language)
    return f"{title} ({NATIVE_NAMES[language]})" if language else title


def step_of(name: str) -> Step:
    """The page of the form on which a field stands."""
    return _STEP_OF.get(split_field(name)[0], Step.STAND)


@dataclass(frozen=True)
class Need:
    """A field that is missing, or what is wrong with it, and the page of the form to mend it on."""

    title: str
    sentence: str
    step: Step


def needs(problems: Iterable[Problem], speech: Speech) -> list[Need]:
    """Problems as a person reads them, each once."""
    found: dict[Need, None] = {}
    for one in problems:
        plain = one.code is ProblemCode.MISSING
        sentence = "" if plain else one.sentence(speech.language)
        found[Need(field_title(one.field, speech), sentence, step_of(one.field))] = None
    return list(found)


@dataclass(frozen=True)
class Standing:
    """Where an entry stands: its state in a word, what comes next, until when; `tone` colours it."""

    state: str
    tone: str
    sentences: tuple[str, ...]


def standing(line: EntryLine | EntryView, terms: TermsRecord, speech: Speech) -> Standing:
    """What a college should know of an entry now."""
    say = speech.say
    tone = _TONES.get(line.state, "quiet")
    sentences: list[str]
    match line.state:
        case State.DRAFT if terms.is_over:
            sentences = [say("The deadline has passed; the draft is kept.")]
        case State.DRAFT if line.missing:
            sentences = [say("Next: fill in what is missing and give it in."), *_by(terms, speech)]
        case State.DRAFT:
            sentences = [say("Next: give it in for review."), *_by(terms, speech)]
        case State.SUBMITTED:
            sentences = [say("Next: a reviewer looks at it. You need not do anything.")]
        case State.CHANGES_REQUESTED:
            sentences = [
                say("Next: mend what the reviewer asks for and give it in again."),
                *_until(terms.freeze, speech),
            ]
        case State.ACCEPTED:
            sentences = [say("Next: the organizers publish it. You need not do anything.")]
        case State.PUBLISHED:
            sentences = [
                say("Hidden from visitors by an organizer.")
                if line.hidden
                else say("Visitors see it.")
            ]
        case State.REJECTED | State.DUPLICATE | State.CANCELLED:
            sentences = [say("It isn’t shown at this fair.")]
        case State.WITHDRAWN:
            sentences = [say("You took it back. An organizer can open it again.")]
    match line.proposal:
        case ProposalState.WRITING:
            tone = "ask"
            sentences += [
                say("Your changes are not given in yet; until they are approved, what was "
                    "approved before stays."),
                *_until(terms.freeze, speech),
            ]  # fmt: skip
        case ProposalState.SUBMITTED:
            sentences.append(say("Your changes wait for a reviewer."))
        case ProposalState.CHANGES_REQUESTED:
            tone = "ask"
            sentences += [
                say(
                    "Your changes came back: mend what the reviewer asks for and give them in again."
                ),
                *_until(terms.freeze, speech),
            ]
    return Standing(state_name(line.state, speech.language), tone, tuple(sentences))


_TONES: Mapping[State, str] = {
    State.DRAFT: "ask",
    State.CHANGES_REQUESTED: "ask",
    State.SUBMITTED: "wait",
    State.ACCEPTED: "good",
    State.PUBLISHED: "good",
}


def _by(terms: TermsRecord, speech: Speech) -> list[str]:
    return _until(terms.deadline, speech)


def _until(end: datetime | None, speech: Speech) -> list[str]:
    if end is None:
        return []
    return [speech.say("Until %(moment)s, Almaty time.", moment=moment(end))]


def college_terms(terms: TermsRecord, speech: Speech) -> list[str]:
    """A college's deadline and places in words."""
    say, told = speech.say, []
    if terms.deadline is not None:
        told.append(
            say("The deadline was %(moment)s, Almaty time.", moment=moment(terms.deadline))
            if terms.is_over
            else say(
                "Give your exhibits in by %(moment)s, Almaty time.", moment=moment(terms.deadline)
            )
        )
    if terms.is_frozen:
        told.append(say("The fair is about to open: only organizers change exhibits now."))
    if terms.quota is not None:
        told.append(
            say("Places taken: %(taken)s of %(quota)s.", taken=terms.counted, quota=terms.quota)
        )
    return told


def preview_record(
    draft: Draft, names: Names, people: Sequence[ShownPerson], *, code: str
) -> ExhibitRecord | None:
    """A draft as the record that visitors' pages are made of; None before it has a title.

    Names and faces are there as far as `people` have consented, as for visitors.
    """
    texts = {
        language: TextRecord(text.title, text.summary, text.description, text.origin)
        for language, text in draft.texts.items()
        if text.title
    }
    if not texts:
        return None
    college = names.colleges[draft.college]
    known = {one.id: one for one in people}
    to_face = {one.id for one in people if one.face_is_public}
    halls = {hall.slug: hall.names for hall in names.edition.halls}
    return ExhibitRecord(
        code=code,
        edition_slug=names.edition.slug,
        texts=texts,
        college=CollegeBrief(college.slug, college.names, college.short_names),
        field=names.fields.get(draft.field or ""),
        kind=draft.kind,
        specialty=names.specialties.get(draft.specialty or "", {}),
        specialty_slug=draft.specialty,
        technologies=draft.technologies,
        keywords=draft.keywords,
        hall=draft.hall,
        hall_names=halls.get(draft.hall or "", {}),
        stand=draft.stand,
        creators=draft.creators,
        team_size=draft.team_size,
        course=draft.course,
        seeking=tuple(sorted(draft.seeking)),
        contactable=draft.contactable,
        pictures=tuple(
            PictureRecord(one.hash, one.alt)
            for one in draft.pictures
            if one.nobody_recognizable or (one.people and to_face.issuperset(one.people))
        ),
        people=tuple(
            CreatorRecord(one.role, known[one.person].name)
            if one.shown and one.person in known and known[one.person].name_is_public
            else CreatorRecord(one.role, None)
            for one in draft.named
        ),
    )


def value_text(
    name: str, value: Any, names: Names, people: Sequence[ShownPerson], speech: Speech
) -> str:
    """A value of `catalog.values` as a person reads it; "—" for nothing."""
    stem, _ = split_field(name)
    if value in (None, "", [], False):
        return "—"
    if value is True:
        return speech.say("yes")
    if stem == "technologies":
        return ", ".join(names.called("technology", str(one), speech).text for one in _all(value))
    if stem in ("kind", "field", "specialty"):
        return names.called(stem, str(value), speech).text
    if stem == "seeking":
        return ", ".join(speech.say(SEEKING[str(one)]) for one in _all(value))
    if stem == "pictures":
        return speech.count("%(num)s picture", "%(num)s pictures", len(_all(value)))
    if stem == "named":
        known = {one.id: one.name for one in people}
        return ", ".join(
            f"{known.get(one['person'], '?')} ({speech.say(ROLE_NAMES[one['role']])})"
            for one in value
        )
    if stem == "creators":
        return ", ".join(roles_text([str(one) for one in _all(value)], speech))
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(value)


def roles_text(roles: Sequence[str], speech: Speech) -> list[str]:
    """How many of each role there are."""
    return [speech.count(*ROLES[role], roles.count(role)) for role in ROLES if role in roles]


def _all(value: object) -> Sequence[object]:
    return value if isinstance(value, list | tuple) else [value]
