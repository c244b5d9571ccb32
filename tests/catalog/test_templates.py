"""The spreadsheet colleges fill in: what is exported, edited and imported gives just the edits."""

import csv
import io
from datetime import datetime
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from catalog import Store, imports, submissions
from catalog.choices import Kind, MemberRole, Role, Seeking
from catalog.columns import parse_field, recognize
from catalog.drafts import Draft, DraftText, Logistics, draft_of, problems_for_draft
from catalog.languages import LANGUAGES
from catalog.models import Edition, Exhibit
from catalog.permissions import COMMAND_LINE, Actor, actor_of
from catalog.refusals import Refused
from catalog.spreadsheets import read
from catalog.templates import export, header, template
from catalog.texts import clean_line, clean_text
from catalog.wording import Wording
from catalog.workbooks import harmless
from tests.catalog.people import Someone, someone

SIGNS = ["-", "–", "нет", "жоқ", "[clear]", "[очистить]", "'[тазарту]", "''-", "=1+1", "'=x", "+7"]
COLUMNS = [
    "code", "external_id", "college", "title_kk", "title_ru", "title_en", "summary_kk", "summary_ru",
    "summary_en", "description_kk", "description_ru", "description_en", "kind", "field",
    "specialty", "technologies_1", "technologies_2", "technologies_3", "keywords", "creators",
    "team_size", "course", "seeking", "contactable", "links", "pictures", "picture_alt",
    "nobody_recognizable", "power_watts", "floor_area", "network", "noise", "fire", "people",
    "teacher_phone", "hall", "stand",
]  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_header_of_ours_is_understood(language: str) -> None:
    for name in COLUMNS:
        assert recognize(header(name, language)) == parse_field(name)


def headers_of(data: bytes) -> list[str]:
    page = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
    return [cell.value for cell in page[2] if cell.value]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_template_has_the_columns_and_lists_of_its_college(fair: Store, language: str) -> None:
    editor = someone(fair, MemberRole.EDITOR, college="temirqol")
    with fair.reading() as session:
        data = template(session, language, by=editor.id)

    book = openpyxl.load_workbook(io.BytesIO(data))
    page, explained, lists = book.worksheets
    left_out = {"college", "hall", "stand"}
    assert headers_of(data) == [header(name, language) for name in COLUMNS if name not in left_out]
    assert explained.max_row == len(headers_of(data))
    offered = {
        lists.cell(1, place).value: [
            lists.cell(row, place).value
            for row in range(2, lists.max_row + 1)
            if lists.cell(row, place).value
        ]
        for place in range(1, lists.max_column + 1)
    }
    kinds = {"kk": "Бұйым", "ru": "Изделие", "en": "Product"}
    assert offered[header("kind", language)][0] == kinds[language]
    assert len(offered[header("kind", language)]) == len(Kind)
    assert offered[header("technologies_1", language)][0] == {
        "kk": "Дәнекерлеу", "ru": "Машинное обучение", "en": "Digital technology",
    }[language]  # fmt: skip
    assert offered[header("specialty", language)] == ["Мехатроника", "Агрономия"]
    ruled = {str(rule.sqref): rule.formula1 for rule in page.data_validations.dataValidation}
    assert len(ruled) == 3 + 3 + 5
    sheet = read(data, "template.xlsx")
    assert (len(sheet.headers), sheet.rows) == (len(headers_of(data)), ())


def test_an_organizers_file_names_college_hall_and_stand(fair: Store) -> None:
    organizer = someone(fair, MemberRole.ORGANIZER)
    with fair.reading() as session:
        whole = export(session, "en", by=organizer.id)
        of_one = export(session, "en", by=organizer.id, college="temirqol")

    assert headers_of(whole) == [header(name, "en") for name in COLUMNS]
    assert headers_of(of_one) == [header(name, "en") for name in COLUMNS if name != "college"]
    assert len(read(whole, "a.xlsx").rows) == 3
    assert [row.cells["Code"] for row in read(of_one, "a.xlsx").rows] == ["R2B2T2"]


@pytest.mark.parametrize("csv", [False, True])
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_exported_and_imported_changes_nothing(
    fair: Store, now: datetime, language: str, csv: bool
) -> None:
    coordinator = someone(fair, MemberRole.COORDINATOR, college="zhasyl-dala")
    for by in (coordinator.id, COMMAND_LINE):
        with fair.reading() as session:
            data = export(session, language, by=by, csv=csv)
        report = imports.run(fair, read(data, "a.csv"), by=by, now=now)

        assert (report.problems, report.unknown_columns) == ((), ())
        assert report.unchanged == report.rows == (3 if by is COMMAND_LINE else 2)


def test_who_has_nothing_to_do_with_a_college_gets_no_file_of_it(fair: Store) -> None:
    other = someone(fair, MemberRole.COORDINATOR, college="empty")
    reviewer = someone(fair, MemberRole.REVIEWER)
    with fair.reading() as session:
        assert read(export(session, "ru", by=other.id), "a.xlsx").rows == ()
        for make in (template, export):
            with pytest.raises(Refused):
                make(session, "ru", by=other.id, college="temirqol")
            with pytest.raises(Refused):
                make(session, "ru", by=reviewer.id)


def test_a_csv_export_is_harmless_in_excel(fair: Store, now: datetime) -> None:
    with fair.writing() as session:
        edition = session.scalars(select(Edition).where(Edition.is_current)).one()
        draft = Draft("temirqol", {"en": DraftText("=HYPERLINK(1)")}, keywords=("@x", "y"))
        submissions.create(session, edition, draft, actor=actor_of(session, COMMAND_LINE), now=now)
    with fair.reading() as session:
        data = export(session, "en", by=COMMAND_LINE, college="temirqol", csv=True)

    (row,) = [
        row
        for row in csv.DictReader(io.StringIO(data.decode("utf-8-sig")), delimiter=";")
        if row["Title (en)"]
    ]
    assert (row["Title (en)"], row["Keywords"]) == ("'=HYPERLINK(1)", "'@x; y")


def texts(low: int, high: int, clean: Any = clean_line) -> st.SearchStrategy[str]:
    alphabet = st.characters(exclude_characters="\0")
    anything = st.one_of(
        st.text(alphabet, max_size=high), st.sampled_from([*SIGNS, "a;b", "a\\", "\\;", "x; y;"])
    )
    return anything.map(clean).filter(lambda text: low <= len(text) <= high)


drafts = st.builds(
    Draft,
    college=st.just("temirqol"),
    texts=st.dictionaries(
        st.sampled_from(LANGUAGES),
        st.builds(
            DraftText,
            title=texts(3, 40),
            summary=texts(0, 40),
            description=texts(0, 60, clean_text),
        ),
        min_size=1,
    ).map(lambda found: {one: found[one] for one in LANGUAGES if one in found}),
    field=st.sampled_from([None, "robotics", "agriculture"]),
    kind=st.sampled_from([None, *Kind]),
    specialty=st.sampled_from([None, "mehatronika", "agronomiya"]),
    technologies=st.lists(
        st.sampled_from(["digital", "robotics", "machine-learning", "greenhouse", "welding"]),
        unique=True,
    ).map(tuple),
    keywords=st.lists(
        st.one_of(texts(1, 20), st.sampled_from(["ml", "Сварка"])), unique=True, max_size=4
    ).map(tuple),
    creators=st.lists(st.sampled_from(list(Role)), max_size=4).map(tuple),
    team_size=st.sampled_from([None, 1, 100]),
    course=st.sampled_from([None, 1, 4]),
    seeking=st.frozensets(st.sampled_from(list(Seeking))),
    contactable=st.booleans(),
    external_id=st.one_of(st.none(), texts(1, 10)),
    links=st.lists(
        st.sampled_from(["https://a.example/?x=1;y=2", "https://b.example/\\", "https://c.kz"]),
        unique=True,
    ).map(tuple),
    logistics=st.builds(
        Logistics,
        power_watts=st.sampled_from([None, 0, 2200]),
        floor_area=st.sampled_from([None, 6]),
        network=st.booleans(),
        noise=st.booleans(),
        fire=st.booleans(),
        people=st.sampled_from([None, 3]),
        teacher_phone=st.sampled_from([None, "+7 700 000-00-00"]),
    ),
)


@pytest.fixture(scope="module")
def editor(sqlite_fair: Store) -> Someone:
    return someone(sqlite_fair, MemberRole.EDITOR, college="temirqol")


@pytest.mark.slow
@given(drafts, drafts, st.sampled_from(LANGUAGES), st.booleans())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30,
          deadline=None)  # fmt: skip
def test_exported_edited_imported_gives_exactly_the_edits(
    sqlite_fair: Store, editor: Someone, now: datetime, first: Draft, second: Draft, language: str,
    as_csv: bool,
) -> None:  # fmt: skip
    code = entered(sqlite_fair, first, now)
    with sqlite_fair.reading() as session:
        data = export(session, language, by=editor.id, csv=as_csv)
        edition = session.scalars(select(Edition).where(Edition.is_current)).one()
        wording = Wording(session, edition, language)
        edits = {
            header(name, language): text for name, text in edited(wording, first, second).items()
        }
    name = "a.csv" if as_csv else "a.xlsx"

    same = imports.run(sqlite_fair, read(data, name), by=editor.id, dry_run=True, now=now)
    rewritten = (rewrite_csv if as_csv else rewrite_workbook)(data, code, edits)
    report = imports.run(sqlite_fair, read(rewritten, name), by=editor.id, now=now)

    assert (same.problems, same.update, same.create) == ((), 0, 0)
    assert (report.problems, report.create) == ((), 0)
    assert report.update == (first != second)
    with sqlite_fair.reading() as session:
        found = session.scalars(select(Exhibit).where(Exhibit.code == code)).one()
        assert draft_of(found) == second


def entered(store: Store, draft: Draft, now: datetime) -> str:
    """The code of the one draft there is beside what is published."""
    assert problems_for_draft(draft) == []
    with store.writing() as session:
        session.execute(delete(Exhibit).where(Exhibit.state == "draft"))
        edition = session.scalars(select(Edition).where(Edition.is_current)).one()
        actor: Actor = actor_of(session, COMMAND_LINE)
        return submissions.create(session, edition, draft, actor=actor, now=now).code


def edited(wording: Wording, first: Draft, second: Draft) -> dict[str, str]:
    """The cells that a person changes to make the second draft of the first."""
    before, after = wording.cells(first), wording.cells(second)
    edits = {name: text for name, text in after.items() if before.get(name) != text}
    for name in before.keys() - after.keys():
        # Of a list in several columns one is emptied; the last one says that none is left.
        listed = name.startswith("technologies_") and second.technologies
        edits[name] = "" if listed else wording.clear()
    return edits


def rewrite_workbook(data: bytes, code: str, edits: dict[str, str]) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(data))
    page = book.worksheets[0]
    places = {cell.value: cell.column for cell in page[2]}
    for name in edits.keys() - places.keys():
        places[name] = len(places) + 1
        page.cell(2, places[name], name)
    (row,) = [cells[0].row for cells in page.iter_rows(min_row=3) if cells[0].value == code]
    for name, text in edits.items():
        cell = page.cell(row, places[name])
        cell.value = text or None
        if text:
            cell.data_type = "s"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def rewrite_csv(data: bytes, code: str, edits: dict[str, str]) -> bytes:
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";"))
    rows[0] += sorted(edits.keys() - set(rows[0]))
    for row in rows[1:]:
        row += [""] * (len(rows[0]) - len(row))
        if row[0] == code:
            for name, text in edits.items():
                row[rows[0].index(name)] = harmless(text)
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=";").writerows(rows)
    return out.getvalue().encode()
