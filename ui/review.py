"""What reviewers and organizers read: lines of their piles, a case's head, its past, outcomes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from markupsafe import Markup

from catalog.agenda import Line, Pile
from catalog.choices import Decision, Deed, State
from catalog.desk import EntryView, HistoryLine
from catalog.drafts import Draft
from catalog.languages import best
from catalog.notices import role_name
from catalog.refusals import state_name
from catalog.review import Waiting
from ui.address import link
from ui.clock import moment
from ui.html import draw
from ui.names import Names, Phrase, phrase
from ui.sections import REVIEW
from ui.text import Speech, later

PILES: Final[Mapping[Pile, str]] = {
    Pile.WAITING: later("Waiting for a decision"),
    Pile.NOTED: later("Decisions kept for later"),
    Pile.RETURNED: later("With the colleges"),
    Pile.ACCEPTED: later("Accepted"),
    Pile.PUBLISHED: later("Published"),
    Pile.TURNED_AWAY: later("Turned away"),
}
NOTHING_THERE: Final[Mapping[Pile, str]] = {
    Pile.WAITING: later("Nothing waits. What a college gives in appears here at once."),
    Pile.NOTED: later("None. A decision that you keep for later waits here until you apply it."),
    Pile.RETURNED: later("No college has been asked for changes."),
    Pile.ACCEPTED: later("Nothing is accepted and not yet published."),
    Pile.PUBLISHED: later("Nothing is published yet."),
    Pile.TURNED_AWAY: later("Nothing was rejected, a duplicate or taken off the fair."),
}
DECISIONS: Final[Mapping[Decision, str]] = {
    Decision.ACCEPTED: later("accepted"),
    Decision.CHANGES_REQUESTED: later("changes asked for"),
    Decision.REJECTED: later("rejected"),
    Decision.DUPLICATE: later("a duplicate"),
    Decision.WITHDRAWN: later("taken back by the college"),
    Decision.SUPERSEDED: later("replaced by a newer text"),
}
_DEEDS: Final[Mapping[Deed, str]] = {
    Deed.SAVED: later("Saved"),
    Deed.SUBMITTED_CHANGES: later("Changes given in for review"),
    Deed.APPROVED_CHANGES: later("Changes approved"),
    Deed.RETURNED_CHANGES: later("Changes sent back"),
    Deed.REFUSED_CHANGES: later("Changes refused"),
    Deed.DROPPED_CHANGES: later("Changes taken back"),
    Deed.HIDDEN: later("Hidden from visitors"),
    Deed.SHOWN: later("Shown to visitors again"),
    Deed.STAND_MOVED: later("Another stand"),
}
_MOVES: Final[Mapping[State, str]] = {
    State.DRAFT: later("Draft begun"),
    State.SUBMITTED: later("Given in for review"),
    State.CHANGES_REQUESTED: later("Changes asked for"),
    State.ACCEPTED: later("Accepted"),
    State.REJECTED: later("Rejected"),
    State.DUPLICATE: later("Marked as a duplicate"),
    State.PUBLISHED: later("Published"),
    State.CANCELLED: later("Taken off the fair"),
    State.WITHDRAWN: later("Withdrawn"),
}


@dataclass(frozen=True)
class QueueRow:
    """One exhibit of a pile as the list shows it; `number` is the round that waits, 0 for none."""

    code: str
    number: int
    title: Phrase
    college: Phrase
    field: Phrase | None
    state: State
    since: datetime
    changes: bool = False
    noted: Decision | None = None
    noted_reason: str = ""
    stale: bool = False
    college_slug: str = ""
    field_slug: str = ""


def waiting_row(one: Waiting, names: Names, speech: Speech) -> QueueRow:
    """A line of the queue."""
    return QueueRow(
        one.code, one.number, _title(one.titles, one.code, speech),
        _college(one.college, one.college_names, names, speech),
        names.called("field", one.field, speech) if one.field else None,
        one.state, one.since, one.of_approved, one.pending, one.pending_reason, one.stale,
        one.college, one.field or "",
    )  # fmt: skip


def line_row(one: Line, names: Names, speech: Speech) -> QueueRow:
    """A line of another pile."""
    return QueueRow(
        one.code, 0, _title(one.titles, one.code, speech),
        _college(one.college, one.college_names, names, speech),
        names.called("field", one.field, speech) if one.field else None,
        one.state, one.since, college_slug=one.college,
        field_slug=one.field or "",
    )  # fmt: skip


def row_block(row: QueueRow, speech: Speech, href: str) -> Markup:
    """One line of a list."""
    say, language = speech.say, speech.language
    facts = [say("since %(when)s", when=moment(row.since))]
    if row.number:
        facts.append(say("round %(number)s", number=row.number))
    if row.changes:
        facts.append(say("changes to an exhibit that is %(state)s",
                         state=state_name(row.state, language)))  # fmt: skip
    elif not row.number:
        facts.append(state_name(row.state, language))
    noted = ""
    if row.noted:
        noted = say("Kept for later: %(decision)s", decision=say(DECISIONS[row.noted]))
    return draw(
        "review_row.html", language, row=row, href=href, facts=facts, noted=noted,
    )  # fmt: skip


def pile_links(
    counts: Mapping[Pile, int], chosen: Pile, speech: Speech, parameters: Mapping[str, str]
) -> Markup:
    """The piles as links, each with how many lie in it."""
    return draw(
        "review_piles.html",
        speech.language,
        piles=[
            {
                "title": speech.say(PILES[pile]),
                "count": counts[pile],
                "href": link(REVIEW, **{**parameters, "pile": pile}),
                "current": pile is chosen,
            }
            for pile in Pile
        ],
    )


def case_head(view: EntryView, names: Names, speech: Speech, *, back: str) -> Markup:
    """Who and what: title, code, college, state, and what was said in earlier rounds."""
    draft = given_in(view)
    titles = {language: text.title for language, text in draft.texts.items() if text.title}
    said = [
        {
            "number": one.number,
            "decision": speech.say(DECISIONS[one.decision]),
            "comment": one.comment,
            "who": one.decided_by,
            "when": moment(one.decided_at),
        }
        for one in reversed(view.revisions)
        if one.comment and one.decision and one.decided_at
    ]
    return draw(
        "review_case.html",
        speech.language,
        back=back,
        code=view.code,
        title=_title(titles, view.code, speech),
        college=_college(view.college, view.college_names, names, speech),
        state=state_name(view.state, speech.language),
        hidden=view.hidden,
        waiting=view.waiting,
        since=moment(view.waiting.at) if view.waiting else "",
        duplicate_of=view.duplicate_of,
        duplicate_href=link(REVIEW, code=view.duplicate_of or ""),
        said=said,
    )


def history_block(lines: Sequence[HistoryLine], speech: Speech, *, review: str = "") -> Markup:
    """What happened to an entry, the last first: when, who, what, why; the way to its review."""
    return draw(
        "history.html",
        speech.language,
        review=review,
        lines=[
            {
                "when": moment(one.at),
                "what": deed_said(one, speech),
                "who": _who(one, speech),
                "why": one.reason,
            }
            for one in reversed(lines)
        ],
    )


def deed_said(one: HistoryLine, speech: Speech) -> str:
    """What a line of the history tells of, with the round it is about."""
    if one.deed is not Deed.MOVED:
        what = speech.say(_DEEDS[one.deed])
    elif one.to_state is State.SUBMITTED and one.from_state not in (
        State.DRAFT,
        State.CHANGES_REQUESTED,
    ):
        what = speech.say("Opened again")
    else:
        what = speech.say(_MOVES[one.to_state])
    if one.revision is None:
        return what
    return f"{what} · {speech.say('round %(number)s', number=one.revision)}"


def _who(one: HistoryLine, speech: Speech) -> str:
    role = role_name(one.role, speech.language)
    who = f"{one.who}, {role}" if one.who else role
    return speech.say("%(who)s for the college", who=who) if one.on_behalf else who


@dataclass(frozen=True)
class Basis:
    """Something to compare with: a former round, or (number 0) what is approved."""

    number: int
    draft: Draft


def given_in(view: EntryView) -> Draft:
    """What is looked at: what waits; else what is approved; else what was given in last."""
    if view.waiting:
        return view.waiting.draft
    if view.state in (State.ACCEPTED, State.PUBLISHED, State.CANCELLED) or not view.revisions:
        return view.approved
    return view.revisions[-1].draft


def bases(view: EntryView) -> Sequence[Basis]:
    """What to compare it with, the best first; nothing for what was never given in before.

    An answer to a request is read beside the round that was asked about; any other change to an
    approved exhibit beside what is approved.
    """
    former = [Basis(one.number, one.draft) for one in reversed(view.revisions[:-1])]
    if not view.waiting or view.state not in (State.ACCEPTED, State.PUBLISHED):
        return former
    approved = Basis(0, view.approved)
    answered = len(former) > 0 and view.revisions[-2].decision is Decision.CHANGES_REQUESTED
    return [former[0], approved, *former[1:]] if answered else [approved, *former]


def outcome_list(
    title: str, outcomes: Iterable[tuple[str, str, str]], speech: Speech, *, href: str
) -> Markup:
    """What became of each: code, title, and why it wasn't done ("" where it was)."""
    rows = list(outcomes)
    return draw(
        "review_outcomes.html",
        speech.language,
        title=title,
        done=[row for row in rows if not row[2]],
        left=[row for row in rows if row[2]],
        summary=speech.say(
            "Done: %(done)s of %(total)s.",
            done=sum(not error for _, _, error in rows),
            total=len(rows),
        ),
        href=href,
    )


def _title(titles: Mapping[str, str], code: str, speech: Speech) -> Phrase:
    found = best(titles, speech.language)
    return Phrase(found[1], found[0]) if found else Phrase(code, speech.language)


def _college(slug: str, known: Mapping[str, str], names: Names, speech: Speech) -> Phrase:
    return phrase(known, speech.language) or names.called("college", slug, speech)
