"""What an import will do: each row of a spreadsheet matched with the exhibit it speaks of."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.choices import State
from catalog.columns import FIELDS, Column, assign, parse_field
from catalog.drafts import (
    Demands,
    Draft,
    draft_of,
    problems_for_draft,
    problems_for_publication,
    problems_for_submission,
)
from catalog.entries import Entries, exhibits_of
from catalog.errors import CatalogError, NotThere
from catalog.file_problems import FileReason, FileRefused
from catalog.import_rows import RowProblem, RowReader, Understood
from catalog.import_scope import Scope, scope_of
from catalog.models import College, Edition, Exhibit, Field, Proposal, Revision, UsedCode
from catalog.names import NameBook
from catalog.permissions import Action as Act
from catalog.permissions import By, Subject, actor_of, require
from catalog.picture_archive import PictureArchive
from catalog.problems import Problem, ProblemCode
from catalog.spreadsheets import Row, Sheet
from catalog.states import STANDING
from catalog.submissions import APPROVED
from catalog.texts import folded
from catalog.values import draft_from
from catalog.vocabulary import Technologies

Progress = Callable[[Sequence[Any], str], Iterable[Any]]
"""Passes a sequence through while showing how far it is; the text says what is being done."""

_SLUG: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")


class Action(StrEnum):
    CREATE = "create"
    UPDATE = "update"
    UNCHANGED = "unchanged"


@dataclass(frozen=True)
class PlannedRow:
    """What one good row will do: to which exhibit (None: a new one), and with which values.

    `before` are the values an editor would go on from, in a proposal if `was_proposal`.
    """

    row: int
    action: Action
    draft: Draft
    exhibit: Exhibit | None
    code: str | None
    before: Draft | None
    was_proposal: bool


@dataclass(frozen=True)
class ImportReport:
    """What an import would do, or did, in numbers and problems; it outlives the session."""

    edition: str
    new_edition: bool
    rows: int
    create: int
    update: int
    unchanged: int
    problems: tuple[RowProblem, ...]
    new_colleges: tuple[str, ...]
    shortened_titles: tuple[int, ...]
    unknown_columns: tuple[str, ...]
    batch: int | None = None

    @property
    def bad_rows(self) -> frozenset[int]:
        return frozenset(problem.row for problem in self.problems)


@dataclass(frozen=True)
class ImportPlan:
    """Good rows ready to be saved by `apply`, in the session they were planned in."""

    report: ImportReport
    rows: tuple[PlannedRow, ...]
    publish: bool
    entries: Entries
    scope: Scope


def plan(
    session: Session,
    sheet: Sheet,
    *,
    by: By,
    edition: str | None = None,
    college: str | None = None,
    mapping: Mapping[str, str] | None = None,
    publish: bool = False,
    open_archive: bool = False,
    to_apply: bool = False,
    pictures: PictureArchive | None = None,
    now: datetime,
    progress: Progress = lambda items, doing: items,
) -> ImportPlan:
    """What an import of the sheet into an edition (by slug; None: the current one) will do.

    `college`, a slug, says whose all rows are; people of one college import into that one alone.
    `mapping` says which header holds a column (`{"college": "organization"}`); other headers are
    recognized by themselves. With `open_archive` an organizer opens an unknown edition as an
    archive: published at once, demanding nothing, taking colleges as they are named. `publish`
    makes new exhibits public. `pictures` are those that rows name by their files. Changes nothing,
    but with `to_apply` holds what it has read, so that nobody changes it before the plan is
    applied. Raises Refused for who may not import here, CatalogError for an unknown edition,
    college, field or header.
    """
    place, is_new = _edition(session, edition, by=by, open_archive=open_archive, now=now)
    scope = scope_of(session, place, by=by, college=college, now=now)
    if publish:
        require(scope.actor, Act.ADD_WALK_IN, Subject(edition=place.id))
    if to_apply:
        _hold(session, scope)
    columns, unknown = _columns(sheet, mapping or {})
    entries = Entries(session, place)
    reader = RowReader(columns, entries, Technologies(session), _fields(session), scope, pictures)
    planner = _Planner(session, entries, reader, scope, publish=publish, is_new=is_new)
    for row in progress(sheet.rows, "reading"):
        planner.take(row)
    planner.refuse_double_stands()
    done = Counter(planned.action for planned in planner.good)
    report = ImportReport(
        edition=place.slug,
        new_edition=is_new,
        rows=len(sheet.rows),
        create=done[Action.CREATE],
        update=done[Action.UPDATE],
        unchanged=done[Action.UNCHANGED],
        problems=tuple(sorted(planner.problems, key=lambda problem: problem.row)),
        new_colleges=entries.colleges.names_reserved(
            {planned.draft.college for planned in planner.good}
        ),
        shortened_titles=tuple(planner.shortened),
        unknown_columns=unknown,
    )
    return ImportPlan(report, tuple(planner.good), publish, entries, scope)


def _hold(session: Session, scope: Scope) -> None:
    """Keep others from changing the exhibits that rows may speak of."""
    query = select(Exhibit.id).where(Exhibit.edition_id == scope.edition)
    if scope.colleges is not None:
        query = query.where(Exhibit.college.has(College.slug.in_(scope.colleges)))
    session.execute(query.order_by(Exhibit.id).with_for_update(of=Exhibit))


def _edition(
    session: Session, slug: str | None, *, by: By, open_archive: bool, now: datetime
) -> tuple[Edition, bool]:
    if slug is None:
        current = session.scalars(select(Edition).where(Edition.is_current)).one_or_none()
        if current is None:
            raise NotThere(
                "There is no current edition to import into; run `make demo` for the demo fair,"
                " or name an edition."
            )
        return current, False
    found = session.scalars(select(Edition).where(Edition.slug == slug)).one_or_none()
    if found is not None:
        return found, False
    known = ", ".join(session.scalars(select(Edition.slug).order_by(Edition.slug))) or "none"
    if not open_archive:
        raise NotThere(f"There is no edition {slug!r}; there are: {known}.")
    if not _SLUG.fullmatch(slug):
        raise CatalogError(
            f"{slug!r} can't be an edition's slug; use small Latin letters, digits and hyphens,"
            " 60 at most."
        )
    require(actor_of(session, by), Act.MANAGE_EDITION, Subject())
    archive = Edition(
        slug=slug, year=now.year, name_en=slug, gallery_on=True, is_archive=True,
        is_current=False, is_demo=False, demand_kind=False, demand_technology=False,
        demand_title_kk=False, demand_title_ru=False,
    )  # fmt: skip
    return archive, True


def _columns(sheet: Sheet, mapping: Mapping[str, str]) -> tuple[dict[str, Column], tuple[str, ...]]:
    for name, header in mapping.items():
        if parse_field(name) is None:
            raise CatalogError(
                f"There is no field {name!r} to map to; the fields are {', '.join(FIELDS)}"
                " (title, summary and description also with _kk, _ru, _en)."
            )
        if header not in sheet.headers:
            raise CatalogError(
                f"The file has no column {header!r} for {name!r}; it has:"
                f" {', '.join(sheet.headers)[:500]}."
            )
    columns, unknown = assign(sheet.headers, mapping)
    if not {"title", "code", "external_id"} & {column.field for column in columns.values()}:
        raise FileRefused(FileReason.NO_TITLE, has=", ".join(sheet.headers)[:500])
    return columns, unknown


def _fields(session: Session) -> NameBook:
    return NameBook(
        (name, row.slug)
        for row in session.scalars(select(Field))
        for name in (row.slug, *row.names.values())
    )


def _proposals(session: Session, edition: Edition) -> dict[int, Proposal]:
    query = select(Proposal).join(Proposal.exhibit).where(Exhibit.edition_id == edition.id)
    return {row.exhibit_id: row for row in session.scalars(query)}


def _waiting(session: Session, edition: Edition) -> frozenset[int]:
    """The exhibits of which something waits for a decision."""
    query = (
        select(Revision.exhibit_id)
        .join(Revision.exhibit)
        .where(Exhibit.edition_id == edition.id, Revision.decision.is_(None))
    )
    return frozenset(session.scalars(query))


@dataclass
class _Planner:
    """Matches rows with exhibits and with each other, and gathers what is good and what is not."""

    session: Session
    entries: Entries
    reader: RowReader
    scope: Scope
    publish: bool
    is_new: bool
    good: list[PlannedRow] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)
    shortened: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        edition = self.entries.edition
        self._demands = Demands.of(edition)
        self._exhibits = [] if self.is_new else list(exhibits_of(self.session, edition))
        self._used_codes = set(self.session.scalars(select(UsedCode.code)))
        proposals = {} if self.is_new else _proposals(self.session, edition)
        self._proposed = {number: draft_from(row.content) for number, row in proposals.items()}
        self._waiting = frozenset() if self.is_new else _waiting(self.session, edition)
        # What is another college's isn't there, not even as a code that can't be had.
        known = [one for one in self._exhibits if self.scope.covers(one.college.slug)]
        self._by_code = {exhibit.code: exhibit for exhibit in known}
        self._by_external_id = {
            (exhibit.college.slug, exhibit.external_id): exhibit
            for exhibit in known
            if exhibit.external_id
        }
        self._by_title: dict[tuple[str, str], dict[str, Exhibit]] = {}
        for exhibit in known:
            proposed = self._proposed.get(exhibit.id)
            titles = {text.title for text in exhibit.texts}
            titles |= {text.title for text in proposed.texts.values()} if proposed else set()
            for title in titles:
                key = (exhibit.college.slug, folded(title))
                self._by_title.setdefault(key, {})[exhibit.code] = exhibit
        # Which row spoke first of a code, an external_id, a title; titles remember whether their
        # row could be told from others of the same title by a code or an external_id.
        self._seen: dict[tuple[str, str, str], int] = {}
        self._seen_titles: dict[tuple[str, str], tuple[int, bool]] = {}

    def take(self, row: Row) -> None:
        """Plan one row, or report why it can't be taken."""
        if row.error is not None:
            problem = Problem("row", ProblemCode.BAD_ROW, row.raw[:80], {"reason": row.error})
            self.problems.append(RowProblem(row.number, "", problem.value, problem))
            return
        said, problems = self.reader.understand(row)
        exhibit, mismatch = self._match(said)
        if mismatch is not None:
            # Whose values the row's are to be merged with isn't known, so they can't be judged.
            self.problems.extend([*problems, self.reader.at(row, mismatch)])
            return
        repeated = self._repeated(said, exhibit)
        if repeated is not None:
            problems.append(self.reader.at(row, repeated))
        base = self._present(exhibit) if exhibit else None
        draft = said.merged_into(base)
        reported = {problem.column for problem in problems}
        for found in (
            *self._problems_of(draft, base, exhibit),
            *self._not_allowed(draft, base, exhibit),
        ):
            placed = self.reader.at(row, found)
            if placed.column not in reported:
                problems.append(placed)
        if problems:
            self.problems.extend(problems)
            return
        if said.long_titles:
            self.shortened.append(row.number)
        changed = Action.CREATE if exhibit is None else Action.UPDATE
        action = Action.UNCHANGED if base == draft else changed
        self.good.append(
            PlannedRow(
                row.number,
                action,
                draft,
                exhibit,
                said.code,
                before=base,
                was_proposal=exhibit is not None and exhibit.id in self._proposed,
            )
        )

    def refuse_double_stands(self) -> None:
        """Take out rows whose stand, when everything is saved, another exhibit holds."""
        touched = {
            planned.exhibit.code
            for planned in self.good
            if planned.exhibit is not None and not self._proposes(planned.exhibit)
        }
        taken = {
            (exhibit.hall.slug if exhibit.hall else None, exhibit.stand_number): exhibit.code
            for exhibit in self._exhibits
            if exhibit.state in STANDING and exhibit.code not in touched
        }
        good = []
        for planned in self.good:
            stand = (planned.draft.hall, planned.draft.stand)
            if planned.draft.stand is None or not self._will_stand(planned):
                good.append(planned)
            elif stand in taken:
                problem = Problem(
                    "stand", ProblemCode.STAND_TAKEN, stand[1] or "", {"by": taken[stand]}
                )
                header = self.reader.header("stand")
                self.problems.append(RowProblem(planned.row, header, problem.value, problem))
            else:
                taken[stand] = planned.code or f"№ {planned.row}"
                good.append(planned)
        self.good = good

    def _will_stand(self, planned: PlannedRow) -> bool:
        if planned.exhibit is None:
            return self.publish
        return planned.exhibit.state in STANDING and not self._proposes(planned.exhibit)

    def _present(self, exhibit: Exhibit) -> Draft:
        """What an editor goes on from: what is proposed, else what the exhibit holds."""
        return self._proposed.get(exhibit.id) or draft_of(exhibit)

    def _proposes(self, exhibit: Exhibit) -> bool:
        """Whether a change of it is a proposal, which is still to be approved."""
        return exhibit.state in APPROVED and (
            exhibit.id in self._proposed or not self.scope.runs_the_fair()
        )

    def _match(self, said: Understood) -> tuple[Exhibit | None, Problem | None]:
        """The exhibit a row speaks of: by code, else external_id, else title within the college."""
        by_external_id = (
            self._by_external_id.get((said.college, said.external_id))
            if said.college and said.external_id
            else None
        )
        if said.code is not None:
            exhibit = self._by_code.get(said.code)
            if exhibit is not None:
                if said.college not in (None, exhibit.college.slug):
                    return None, Problem("code", ProblemCode.CODE_TAKEN, said.code)
                return exhibit, None
            if self.scope.colleges is not None:
                return None, Problem("code", ProblemCode.CODE_NOT_YOURS, said.code)
            if said.code in self._used_codes:
                return None, Problem("code", ProblemCode.CODE_TAKEN, said.code)
            if by_external_id is not None:
                facts = {"code": by_external_id.code}
                return None, Problem("code", ProblemCode.CODE_DIFFERS, said.code, facts)
            return None, None
        if by_external_id is not None:
            return by_external_id, None
        return self._match_title(said)

    def _match_title(self, said: Understood) -> tuple[Exhibit | None, Problem | None]:
        found: dict[str, Exhibit] = {}
        for title in said.titles:
            found |= self._by_title.get((said.college or "", folded(title)), {})
        if said.external_id is not None:
            # Two students may give their works one title: another external_id is another work.
            found = {code: row for code, row in found.items() if row.external_id is None}
        if len(found) > 1:
            facts = {"codes": ", ".join(sorted(found))}
            return None, Problem("title", ProblemCode.SEVERAL_MATCH, said.titles[0], facts)
        return next(iter(found.values()), None), None

    def _repeated(self, said: Understood, exhibit: Exhibit | None) -> Problem | None:
        """Whether an earlier row of the file speaks of the same exhibit."""
        college = exhibit.college.slug if exhibit else said.college or ""
        keys = []
        code = exhibit.code if exhibit else said.code
        if code:
            keys.append(("code", "", code))
        if said.external_id:
            keys.append(("external_id", college, said.external_id))
        for key in keys:
            first = self._seen.setdefault(key, said.row)
            if first != said.row:
                return Problem(key[0], ProblemCode.SAME_AS_ROW, key[2], {"row": first})
        told_apart = bool(said.code or said.external_id)
        for title in said.titles:
            first, first_told_apart = self._seen_titles.setdefault(
                (college, folded(title)), (said.row, told_apart)
            )
            if first != said.row and not (told_apart and first_told_apart):
                return Problem("title", ProblemCode.SAME_AS_ROW, title, {"row": first})
        return None

    def _problems_of(
        self, draft: Draft, base: Draft | None, exhibit: Exhibit | None
    ) -> list[Problem]:
        """Whether an exhibit in its state can hold the values that the row makes."""
        state = exhibit.state if exhibit else None
        if self.publish and exhibit and state != State.PUBLISHED:
            return [Problem("state", ProblemCode.NOT_PUBLISHABLE, "", {"state": state})]
        if draft == base:
            return []
        if exhibit is not None and self._proposes(exhibit):
            return problems_for_draft(draft)
        if state == State.PUBLISHED or (exhibit is None and self.publish):
            return problems_for_publication(draft, self._demands)
        if state in (State.SUBMITTED, State.ACCEPTED):
            return problems_for_submission(draft)
        return problems_for_draft(draft)

    def _not_allowed(
        self, draft: Draft, base: Draft | None, exhibit: Exhibit | None
    ) -> Iterable[Problem]:
        """What the row would change and its importer may not."""
        if base == draft:
            return
        before = base or Draft(college=draft.college)
        if exhibit is None:
            college = self.entries.colleges.by_slug.get(draft.college)
            if draft.college and not self.scope.may_create(college.id if college else None):
                yield Problem("college", ProblemCode.OTHER_COLLEGE, draft.college)
        elif not self.scope.may_edit(exhibit):
            yield Problem("code", ProblemCode.NOT_IN_STATE, exhibit.code, {"state": exhibit.state})
        elif exhibit.id in self._waiting and not self.scope.runs_the_fair():
            yield Problem("code", ProblemCode.WAITS_FOR_REVIEW, exhibit.code)
        if not self.scope.may_assign_stand():
            for name in ("hall", "stand"):
                if getattr(draft, name) != getattr(before, name):
                    yield Problem(name, ProblemCode.STAND_IS_ASSIGNED)
