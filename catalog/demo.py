"""The demo fair: what `data/` holds, entered as an organizer would enter it."""

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog import accounts, imports, review, showcases, submissions
from catalog.choices import Decision, MemberRole, ShowcaseState
from catalog.colleges import CollegeFacts, Colleges, Specialties
from catalog.errors import WrongFile
from catalog.halls import Grid, require_sane
from catalog.languages import LANGUAGES
from catalog.models import (
    Edition,
    Exhibit,
    Field,
    Hall,
    HallPlace,
    Proposal,
    Revision,
    Showcase,
    ShowcaseExhibit,
)
from catalog.names import names_in
from catalog.permissions import COMMAND_LINE, MACHINE, demo_only
from catalog.plans import clean_drawing
from catalog.refusals import Refused
from catalog.showcases import ShowcaseDraft
from catalog.spreadsheets import Sheet, read_file
from catalog.store import Store, public_changed
from catalog.terms import FAIRS_CLOCK
from catalog.values import draft_from, values_of
from catalog.vocabulary import load_technologies

_FACTS: Final = ("phone", "email", "site", "study_url", "founded")


def load(store: Store, folder: Path, now: datetime) -> imports.ImportReport:
    """Enter the demo fair from a data folder; the report counts its exhibits.

    All or nothing, in one transaction: killed in the middle it leaves no trace, and run twice it
    changes nothing. The demo becomes the current edition if there is no other. The folder holds
    technologies.jsonl and demo/ with edition.json, fields.jsonl, colleges.jsonl, exhibits/*.jsonl
    and, perhaps, showcases.jsonl; raises WrongFile or ImportRefused for what is wrong with them.
    """
    demo = folder / "demo"
    with store.writing(alone=True) as session:
        load_technologies(session, _json_lines(folder / "technologies.jsonl"))
        edition = _edition(session, _json(demo / "edition.json"), demo, now)
        _fields(session, _json_lines(demo / "fields.jsonl"))
        _colleges(session, _json_lines(demo / "colleges.jsonl"))
        session.flush()
        sheet = _one_sheet(sorted((demo / "exhibits").glob("*.jsonl")))
        # What a college proposes for an exhibit is left to its reviewer.
        proposed = set(session.scalars(select(Exhibit.code).join(Proposal)))
        sheet = replace(
            sheet, rows=tuple(row for row in sheet.rows if row.cells.get("code") not in proposed)
        )
        planned = imports.plan(
            session, sheet, edition=edition.slug, publish=True, by=COMMAND_LINE, now=now
        )
        imports.apply(session, planned, now=now)
        if (demo / "showcases.jsonl").exists():
            session.flush()
            _showcases(session, edition, _json_lines(demo / "showcases.jsonl"), now)
    return planned.report


@dataclass(frozen=True)
class DemoAccount:
    """Somebody invented who can sign in at the demo fair, with a password that everybody knows."""

    login: str
    password: str
    name: str
    language: str
    role: MemberRole
    college: str | None


def read_accounts(folder: Path) -> tuple[DemoAccount, ...]:
    """The demo accounts of a data folder (demo/accounts.jsonl); none where it has no such file."""
    path = folder / "demo" / "accounts.jsonl"
    rows = _json_lines(path) if path.exists() else ()
    return tuple(
        DemoAccount(
            row["login"],
            row["password"],
            row["name"],
            row["language"],
            MemberRole(row["role"]),
            row.get("college"),
        )
        for row in rows
    )


def open_accounts(store: Store, folder: Path, now: datetime) -> tuple[DemoAccount, ...]:
    """Make the demo accounts that are missing; returns all that can be entered.

    None are made, and none can be entered, where there is any fair but the demo (and archives):
    their passwords stand in the source.
    """
    with store.reading() as session:
        if not demo_only(session):
            return ()
        there = {one.login for one in accounts.people(session, by=COMMAND_LINE)}
    known = read_accounts(folder)
    for one in known:
        if one.login in there:
            continue
        # The app may be making them at this very moment.
        with suppress(Refused):
            accounts.open_account(
                store,
                by=COMMAND_LINE,
                login=one.login,
                name=one.name,
                language=one.language,
                password=one.password,
                role=one.role,
                college=one.college,
                is_demo=True,
                now=now,
            )
    return known


def write_entries(store: Store, folder: Path, now: datetime) -> int:
    """Let the demo's accounts write entries and review them (demo/entries.jsonl); how many are new.

    What was written once is left alone, whatever became of it since.
    """
    path = folder / "demo" / "entries.jsonl"
    if not path.exists():
        return 0
    with store.reading() as session:
        if not demo_only(session):
            return 0
        people = {one.login: one.id for one in accounts.people(session, by=COMMAND_LINE)}
        there = set(session.scalars(select(Exhibit.external_id)))
        given_in = set(session.scalars(select(Exhibit.code).join(Revision)))
    rows = [
        row
        for row in _json_lines(path)
        if row.get("external_id") not in there and row.get("code") not in given_in
    ]
    for row in rows:
        code = row.get("code")
        for act, login, hours_ago, *reason in row["acts"]:
            moment = now - timedelta(hours=hours_ago)
            by = people[login]
            if act == "save":
                code = _save(store, row, by, moment)
            elif act == "submit":
                submissions.submit(store, code, by=by, now=moment)
            else:
                review.decide(
                    store, [code], Decision(act), reason="".join(reason), by=by, now=moment
                )
    return len(rows)


def _save(store: Store, row: Mapping[str, Any], by: int, now: datetime) -> str:
    copy = submissions.open_copy(
        store, code=row.get("code"), college=row.get("college"), by=by, now=now
    )
    said = row.get("changes") or {name: row[name] for name in row if name != "acts"}
    draft = draft_from({**values_of(copy.draft), **said})
    submissions.autosave(store, copy.id, draft, by=by, now=now)
    return submissions.save(store, copy.id, by=by, now=now).code


def _one_sheet(paths: Iterable[Path]) -> Sheet:
    """The rows of several files, numbered through."""
    sheets = [read_file(path) for path in paths]
    rows = (row for sheet in sheets for row in sheet.rows)
    return Sheet(
        headers=tuple(dict.fromkeys(header for sheet in sheets for header in sheet.headers)),
        rows=tuple(replace(row, number=number) for number, row in enumerate(rows, start=1)),
    )


def _set_days(edition: Edition, days: Mapping[str, int], now: datetime) -> None:
    """Dates counted from today, so that whoever tries the demo finds its time open."""
    today = now.astimezone(FAIRS_CLOCK).date()
    for column, count in days.items():
        day = today + timedelta(days=count)
        last_second = datetime.combine(day, time(23, 59, 59), FAIRS_CLOCK)
        setattr(edition, column, day if column.endswith("_on") else last_second)


def _edition(session: Session, facts: Mapping[str, Any], folder: Path, now: datetime) -> Edition:
    edition = session.scalars(select(Edition).where(Edition.slug == facts["slug"])).one_or_none()
    if edition is None:
        current = session.scalars(select(Edition.id).where(Edition.is_current)).first()
        edition = Edition(slug=facts["slug"], is_current=current is None)
        session.add(edition)
        _set_days(edition, facts.get("days_until", {}), now)
    edition.year = facts["year"]
    for column in ("name", "venue"):
        _set_languages(edition, column, facts)
    for column in ("starts_on", "ends_on"):
        if column in facts:
            setattr(edition, column, date.fromisoformat(facts[column]))
    for column in ("submission_deadline", "freeze_at"):
        if column in facts:
            setattr(edition, column, datetime.fromisoformat(facts[column]))
    edition.gallery_on = facts.get("gallery_on", True)
    edition.is_demo = True
    halls = {hall.slug: hall for hall in edition.halls}
    for row in facts["halls"]:
        hall = halls.get(row["slug"])
        if hall is None:
            hall = Hall(slug=row["slug"])
            edition.halls.append(hall)
        _set_languages(hall, "name", row)
        if "plan" in row and not hall.places:
            _draw(hall, row, folder)
    _note_changes(session, [edition, *edition.halls])
    return edition


def _draw(hall: Hall, row: Mapping[str, Any], folder: Path) -> None:
    """A hall's plan and places, unless an organizer has made other ones."""
    drawing = clean_drawing((folder / row["plan"]).read_bytes())
    hall.plan_svg, hall.plan_width, hall.plan_height = drawing.svg, drawing.width, drawing.height
    hall.entrance_x, hall.entrance_y = row["entrance"]
    for grid in row["places"]:
        for place in Grid(**grid).places():
            require_sane(place, hall)
            hall.places.append(HallPlace(**asdict(place)))


def _fields(session: Session, rows: Iterable[Mapping[str, Any]]) -> None:
    known = {row.slug: row for row in session.scalars(select(Field))}
    for position, row in enumerate(rows):
        kept = known.get(row["slug"])
        if kept is None:
            kept = Field(slug=row["slug"])
            session.add(kept)
        kept.hue = row["hue"]
        kept.position = position
        _set_languages(kept, "name", row)
        _note_changes(session, [kept])


def _colleges(session: Session, rows: Iterable[Mapping[str, Any]]) -> None:
    colleges, specialties = Colleges(session), Specialties(session)
    for row in rows:
        taught = {language: row.get(f"specialties_{language}") or [] for language in LANGUAGES}
        count = max(map(len, taught.values()))
        facts = CollegeFacts(
            slug=row["slug"],
            names=names_in(row, "name"),
            short_names=names_in(row, "short_name"),
            address=names_in(row, "address"),
            about=names_in(row, "about"),
            aliases=row.get("aliases", ()),
            specialties=[
                {language: names[place] for language, names in taught.items() if names[place:]}
                for place in range(count)
            ],
            **{name: row.get(name) for name in _FACTS},
        )
        colleges.keep(facts, specialties)


def _showcases(
    session: Session, edition: Edition, rows: Iterable[Mapping[str, Any]], now: datetime
) -> None:
    """Publish the demo's showcases; what a curator has made of one since is left alone."""
    there = set(session.scalars(select(Showcase.slug)))
    for row in rows:
        if row["slug"] in there:
            continue
        draft = ShowcaseDraft(
            names_in(row, "title"), names_in(row, "introduction"), row["slug"],
            row.get("query", ""), row.get("cover"),
        )  # fmt: skip
        showcase = showcases.begin(session, edition, draft, actor=MACHINE, now=now)
        codes = [*(pin["code"] for pin in row.get("pins", ())), *row.get("left_out", ())]
        found = select(Exhibit).where(Exhibit.code.in_(codes))
        exhibits = {one.code: one for one in session.scalars(found)}
        for place, pin in enumerate(row.get("pins", ())):
            chosen = ShowcaseExhibit(exhibit=exhibits[pin["code"]], position=place)
            _set_languages(chosen, "note", pin)
            showcase.choices.append(chosen)
        showcase.choices += [
            ShowcaseExhibit(exhibit=exhibits[code]) for code in row.get("left_out", ())
        ]
        showcase.state, showcase.first_published_at = ShowcaseState.PUBLISHED, now
        public_changed(session, ())


def _set_languages(target: object, column: str, facts: Mapping[str, Any]) -> None:
    names = names_in(facts, column)
    for language in LANGUAGES:
        setattr(target, f"{column}_{language}", names.get(language))


def _note_changes(session: Session, rows: Iterable[Any]) -> None:
    if any(row in session.new or session.is_modified(row) for row in rows):
        public_changed(session)


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise WrongFile(f"{path} can't be opened: {error.strerror}.") from error
    except ValueError as error:
        raise WrongFile(f"{path} is not JSON: {error}.") from error


def _json_lines(path: Path) -> list[Any]:
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except OSError as error:
        raise WrongFile(f"{path} can't be opened: {error.strerror}.") from error
    rows = []
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                rows.append(json.loads(line))
            except ValueError as error:
                raise WrongFile(f"Line {number} of {path} is not JSON: {error}.") from error
    return rows
