"""Texts for translators: taken, filled in, given back; what has changed meanwhile is refused."""

import io
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import openpyxl
import pytest
from sqlalchemy import select

from catalog import Store, translations
from catalog.choices import Deed, MemberRole, Origin
from catalog.drafts import draft_of
from catalog.entries import entry
from catalog.errors import NotThere
from catalog.file_problems import FileReason, FileRefused
from catalog.models import AuditEntry, ExhibitHistory
from catalog.problems import ProblemCode
from catalog.refusals import Reason, Refused
from catalog.spreadsheets import Sheet
from catalog.submissions import open_copy
from catalog.translations import TranslationReport
from tests.catalog.entries import OPEN, rewrite
from tests.catalog.people import Someone, someone

CODE = "R2B2T2"
SUMMARY, DESCRIPTION = "Қоқысты сұрыптайды.", "Камера пластик пен қағазды ажыратады."


@pytest.fixture
def curator(fair: Store) -> Someone:
    return someone(fair, MemberRole.CURATOR)


def taken(store: Store, who: Someone, target: str = "kk", language: str = "ru") -> bytes:
    with store.reading() as session:
        return translations.export(
            session, language, edition="fair", target=target, by=who.id, now=OPEN
        )


def rows_of(data: bytes) -> list[tuple[object, ...]]:
    page = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
    return [tuple(cell.value for cell in row) for row in page.iter_rows(min_row=2)]


def filled(data: bytes, texts: Mapping[tuple[str, str], object], column: str = "F") -> Sheet:
    """The file with what a translator wrote, by code and part (both as they stand in the file)."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    page = book.worksheets[0]
    for row in range(3, page.max_row + 1):
        key = (str(page[f"A{row}"].value), str(page[f"B{row}"].value))
        if key in texts:
            page[f"{column}{row}"].value = texts[key]
    out = io.BytesIO()
    book.save(out)
    return translations.read_file(out.getvalue(), "fair-kk.xlsx")


def brought(
    store: Store, who: Someone, sheet: Sheet, *, dry_run: bool = False, accept_good: bool = False
) -> TranslationReport:
    return translations.apply(
        store, sheet, edition="fair", by=who.id, now=OPEN, dry_run=dry_run, accept_good=accept_good
    )  # fmt: skip


def numbers(report: TranslationReport) -> tuple[int, int, int, int, bool]:
    return report.texts, report.exhibits, report.unchanged, report.empty, report.saved


def reasons(report: TranslationReport) -> list[tuple[int, str, ProblemCode]]:
    return [(one.row, one.column, one.problem.code) for one in report.problems]


def texts_of(store: Store, code: str, language: str) -> tuple[str, str, str, Origin] | None:
    with store.reading() as session:
        text = draft_of(entry(session, code)).texts.get(language)
        return (text.title, text.summary, text.description, text.origin) if text else None


def test_a_file_holds_what_lacks_and_how_much_is_told(fair: Store, curator: Someone) -> None:
    rows = rows_of(taken(fair, curator))
    with fair.reading() as session:
        counts = translations.missing(session, edition="fair", by=curator.id, now=OPEN)

    assert rows[0] == (
        "Код", "Часть текста", "Язык оригинала", "Оригинал", "Язык перевода", "Перевод",
    )  # fmt: skip
    assert [row for row in rows[1:] if row[0] == CODE] == [
        (CODE, "Кратко", "русский", "Сортирует мусор.", "қазақша", None),
        (CODE, "Описание", "русский", "Камера узнаёт пластик и бумагу.", "қазақша", None),
    ]
    assert [row[1:] for row in rows[1:] if row[0] != CODE] == [
        ("Название", "English", "Welded garden gate", "қазақша", None)
    ]
    assert counts == {"kk": 3, "ru": 3, "en": 5}


def test_what_is_translated_becomes_the_texts_and_nothing_else(
    fair: Store, curator: Someone
) -> None:
    data = taken(fair, curator)
    sheet = filled(data, {(CODE, "Кратко"): SUMMARY, (CODE, "Описание"): DESCRIPTION})
    russian, revision = texts_of(fair, CODE, "ru"), fair.revision()

    seen = brought(fair, curator, sheet, dry_run=True)
    assert texts_of(fair, CODE, "kk") == ("Қоқыс сұрыптау роботы", "", "", Origin.ORIGINAL)
    done = brought(fair, curator, sheet)

    assert numbers(seen) == (2, 1, 0, 1, False)
    assert numbers(done) == (2, 1, 0, 1, True)
    assert texts_of(fair, CODE, "kk") == (
        "Қоқыс сұрыптау роботы", SUMMARY, DESCRIPTION, Origin.PERSON,
    )  # fmt: skip
    assert texts_of(fair, CODE, "ru") == russian
    assert fair.revision() == revision + 1
    with fair.reading() as session:
        line = session.scalars(
            select(ExhibitHistory)
            .where(ExhibitHistory.deed == Deed.SAVED)
            .order_by(ExhibitHistory.id.desc())
        ).first()
        assert line is not None
        told = line.exhibit.code, line.actor, line.account_id, line.on_behalf
        assert told == (CODE, MemberRole.CURATOR, curator.id, False)
        version = entry(session, CODE).version

    again = brought(fair, curator, sheet)

    assert numbers(again) == (0, 0, 2, 1, True)
    assert fair.revision() == revision + 1
    with fair.reading() as session:
        assert entry(session, CODE).version == version


def test_an_organizers_translation_is_in_the_log(fair: Store) -> None:
    chief = someone(fair, MemberRole.ORGANIZER)
    brought(fair, chief, filled(taken(fair, chief), {(CODE, "Кратко"): SUMMARY}))

    with fair.reading() as session:
        acts = session.scalars(select(AuditEntry).where(AuditEntry.account_id == chief.id))
        assert [(one.action, one.object_id) for one in acts] == [("translate", CODE)]


def test_a_text_that_has_changed_since_is_refused(fair: Store, curator: Someone) -> None:
    sheet = filled(
        taken(fair, curator), {(CODE, "Кратко"): SUMMARY, (CODE, "Описание"): DESCRIPTION}
    )
    chief = someone(fair, MemberRole.ORGANIZER)
    draft = open_copy(fair, code=CODE, by=chief.id, now=OPEN).draft
    russian = draft.texts["ru"]
    newer = replace(russian, summary="Сортирует стекло.")
    rewrite(fair, CODE, chief, replace(draft, texts={**draft.texts, "ru": newer}))

    refused = brought(fair, curator, sheet)

    (row,) = [row for row, _, _ in reasons(refused)]
    assert reasons(refused) == [(row, "Оригинал", ProblemCode.SOURCE_CHANGED)]
    assert not refused.saved
    assert texts_of(fair, CODE, "kk") == ("Қоқыс сұрыптау роботы", "", "", Origin.ORIGINAL)

    good = brought(fair, curator, sheet, accept_good=True)

    assert numbers(good) == (1, 1, 0, 1, True)
    assert texts_of(fair, CODE, "kk") == (
        "Қоқыс сұрыптау роботы", "", DESCRIPTION, Origin.PERSON,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("column", "value", "where", "reason"),
    [
        ("A", "ZZZZZZ", "Код", ProblemCode.UNKNOWN),
        ("A", "robot", "Код", ProblemCode.BAD_CODE),
        ("B", "Цена", "Часть текста", ProblemCode.NOT_ONE_OF),
        ("C", "қазақша", "Язык перевода", ProblemCode.NOT_ONE_OF),
        ("E", "Deutsch", "Язык перевода", ProblemCode.NOT_ONE_OF),
        ("F", "ы" * 301, "Перевод", ProblemCode.TOO_LONG),
        ("F", "=1+1", "Перевод", ProblemCode.FORMULA),
        ("F", date(2026, 1, 3), "Перевод", ProblemCode.IS_A_DATE),
    ],
)
def test_a_row_is_told_what_is_wrong_with_it(
    fair: Store, curator: Someone, column: str, value: object, where: str, reason: ProblemCode
) -> None:
    book = openpyxl.load_workbook(io.BytesIO(taken(fair, curator)))
    page = book.worksheets[0]
    (row,) = [
        number
        for number in range(3, page.max_row + 1)
        if (page[f"A{number}"].value, page[f"B{number}"].value) == (CODE, "Кратко")
    ]
    page[f"F{row}"].value = SUMMARY
    page[f"{column}{row}"].value = value
    out = io.BytesIO()
    book.save(out)

    report = brought(fair, curator, translations.read_file(out.getvalue(), "a.xlsx"))

    assert reasons(report) == [(row, where, reason)]
    assert not report.saved


def test_a_text_that_does_not_fit_keeps_no_other_back(fair: Store, curator: Someone) -> None:
    data = taken(fair, curator)

    one = brought(
        fair, curator, filled(data, {(CODE, "Кратко"): "ы" * 301, (CODE, "Описание"): DESCRIPTION}),
        accept_good=True,
    )  # fmt: skip

    assert [reason for _, _, reason in reasons(one)] == [ProblemCode.TOO_LONG]
    assert numbers(one) == (1, 1, 0, 1, True)
    assert texts_of(fair, CODE, "kk") == (
        "Қоқыс сұрыптау роботы", "", DESCRIPTION, Origin.PERSON,
    )  # fmt: skip
    english = taken(fair, curator, target="en")
    two = brought(
        fair, curator, filled(english, {(CODE, "Название"): "R", (CODE, "Кратко"): "It sorts."})
    )
    assert {reason for _, _, reason in reasons(two)} == {
        ProblemCode.TOO_SHORT, ProblemCode.TITLE_FOR_TEXT,
    }  # fmt: skip
    assert numbers(two) == (0, 0, 0, 3, False)


def test_what_is_there_and_what_a_college_changes_stays(fair: Store, curator: Someone) -> None:
    data = taken(fair, curator)
    brought(fair, curator, filled(data, {(CODE, "Кратко"): SUMMARY}))

    other = brought(fair, curator, filled(data, {(CODE, "Кратко"): "Басқаша."}), dry_run=True)
    assert [reason for _, _, reason in reasons(other)] == [ProblemCode.TEXT_IS_THERE]

    coordinator = someone(fair, MemberRole.COORDINATOR, college="temirqol")
    draft = open_copy(fair, code=CODE, by=coordinator.id, now=OPEN).draft
    assert rewrite(fair, CODE, coordinator, replace(draft, course=2))

    waits = brought(fair, curator, filled(data, {(CODE, "Описание"): DESCRIPTION}), dry_run=True)
    assert [reason for _, _, reason in reasons(waits)] == [ProblemCode.CHANGES_WAIT]
    assert CODE not in {row[0] for row in rows_of(taken(fair, curator))}


def test_no_cell_is_calculated(fair: Store, curator: Someone) -> None:
    chief = someone(fair, MemberRole.ORGANIZER)
    draft = open_copy(fair, code=CODE, by=chief.id, now=OPEN).draft
    russian = draft.texts["ru"]
    formula = '=HYPERLINK("https://evil.example","x")'
    newer = replace(russian, summary=formula)
    rewrite(fair, CODE, chief, replace(draft, texts={**draft.texts, "ru": newer}))

    data = taken(fair, curator)

    page = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
    kinds = {cell.data_type for row in page.iter_rows() for cell in row if cell.value}
    assert kinds == {"s"}
    assert formula in {row[3] for row in rows_of(data)}
    report = brought(fair, curator, filled(data, {(CODE, "Кратко"): SUMMARY}))
    assert numbers(report) == (1, 1, 0, 2, True)


@pytest.mark.parametrize("role", MemberRole)
def test_translations_are_for_curators_and_organizers(fair: Store, role: MemberRole) -> None:
    chief = someone(fair, MemberRole.ORGANIZER)
    sheet = filled(taken(fair, chief), {(CODE, "Кратко"): SUMMARY})
    college = "temirqol" if role in (MemberRole.EDITOR, MemberRole.COORDINATOR) else None
    who = someone(fair, role, college=college)

    if role in (MemberRole.CURATOR, MemberRole.ORGANIZER):
        assert brought(fair, who, sheet).saved
        return
    for act in (lambda: taken(fair, who), lambda: brought(fair, who, sheet)):
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.reason is Reason.NOT_YOUR_ROLE
    assert texts_of(fair, CODE, "kk") == ("Қоқыс сұрыптау роботы", "", "", Origin.ORIGINAL)


def test_other_files_and_other_fairs_are_refused(fair: Store, curator: Someone) -> None:
    with pytest.raises(FileRefused) as refused:
        translations.read_file(b"title;college\nA;B\n", "works.csv")
    assert refused.value.reason is FileReason.NO_TRANSLATIONS
    assert "«Аударма / Перевод / Translation»" in refused.value.sentence("ru")
    with pytest.raises(FileRefused):
        translations.read_file(b"%PDF-1.7", "a.pdf")
    with fair.reading() as session, pytest.raises(NotThere):
        translations.export(session, "ru", edition="no", target="kk", by=curator.id, now=OPEN)
