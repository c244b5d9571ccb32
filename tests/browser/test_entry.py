"""A college's way: write an exhibit, lose the tab, go on, give it in; two editors at once."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect
from sqlalchemy import select, update

from catalog import imports, submissions
from catalog.choices import Kind, MemberRole, Role, State
from catalog.drafts import Draft, DraftText, draft_of
from catalog.models import Edition, Exhibit
from catalog.permissions import COMMAND_LINE
from catalog.settings import Settings
from catalog.spreadsheets import read
from catalog.store import Store
from tests.browser.conftest import Server
from tests.browser.test_accounts import SETTLED
from tests.catalog.people import PASSWORD, Someone, someone

pytestmark = [pytest.mark.browser, pytest.mark.slow]

WAIT = 20_000
# After a restart the words are read anew.
RESTARTED = 90_000


@pytest.fixture(scope="module")
def store(home: Path, server: Server) -> Iterator[Store]:
    """The server's catalog, whose fair is still weeks away."""
    opened = Store(Settings(home=home, database_url=None).database)
    later = datetime.now(UTC) + timedelta(days=30)
    with opened.writing() as session:
        session.execute(update(Edition).values(submission_deadline=later, freeze_at=later))
    yield opened
    opened.close()


def editor(store: Store, name: str, role: MemberRole = MemberRole.COORDINATOR) -> Someone:
    return someone(store, role, college="taza-bulaq", name=name)


def sign_in(page: Page, one: Someone) -> None:
    page.goto("/auth/login?lang=ru")
    page.get_by_label("Логин или почта").fill(one.login)
    page.get_by_label("Пароль").fill(PASSWORD)
    page.get_by_role("button", name="Войти").click()
    expect(page.get_by_role("heading", name="Мои экспонаты")).to_be_visible(timeout=RESTARTED)


def settled(page: Page) -> None:
    expect(page.locator(SETTLED)).to_be_attached(timeout=WAIT)


def in_russian(page: Page) -> Locator:
    return page.locator(".st-key-entry-language-ru")


def step(page: Page, name: str) -> None:
    page.locator(".k-steps").get_by_role("link", name=name).click()
    expect(page.locator(".k-steps a[aria-current]")).to_contain_text(name, timeout=WAIT)
    settled(page)


def no_wider_than_the_screen(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate(
        "[...document.querySelectorAll('.k-steps a, .k-needs a, input, textarea, button')]"
        ".every((one) => one.getBoundingClientRect().right <= innerWidth + 1)"
    )


def exhibit_called(store: Store, title: str) -> tuple[str, str, Draft]:
    """Code, state and values of the exhibit of a Russian title."""
    with store.reading() as session:
        found = [
            one
            for one in session.scalars(select(Exhibit))
            if any(text.title == title for text in one.texts)
        ]
        [one] = found
        return one.code, one.state, draft_of(one)


@pytest.mark.parametrize("width", [390, 1280])
def test_what_was_written_survives_the_tab_and_the_server_and_is_given_in(
    context: BrowserContext, store: Store, server: Server, width: int
) -> None:
    title = f"Сварочный робот на {width} деталей"
    page = context.new_page()
    page.set_viewport_size({"width": width, "height": 900})
    sign_in(page, editor(store, "Айгүл"))
    page.get_by_role("link", name="Новый экспонат").click()
    expect(page.get_by_text("Всё, что вы пишете, сохраняется само.")).to_be_visible(timeout=WAIT)
    in_russian(page).get_by_label("Название").fill(title)
    expect(page.get_by_role("heading", name=title)).to_be_visible(timeout=WAIT)
    # Never left, as when the phone dies: the text is kept while one writes.
    in_russian(page).get_by_label("Описание").press_sequentially("Ведёт сварку сам.", delay=5)
    expect(page.locator(".k-needs").get_by_text("Описание")).to_have_count(0, timeout=WAIT)
    expect(page.get_by_text("Сохранено в")).to_be_visible()
    no_wider_than_the_screen(page)
    page.close()
    server.stop()
    server.start()

    page = context.new_page()
    page.set_viewport_size({"width": width, "height": 900})
    page.goto("/work")
    row = page.locator(".k-entry-row").filter(has_text=title)
    expect(row).to_contain_text("ещё не сохранён", timeout=RESTARTED)
    row.get_by_role("link", name="Продолжить").click()
    expect(in_russian(page).get_by_label("Описание")).to_have_value(
        "Ведёт сварку сам.", timeout=WAIT
    )
    expect(page.locator(".k-needs")).to_contain_text("Вид")
    step(page, "Технологии")
    page.get_by_role("button", name="+ Сварка", exact=True).click()
    expect(page.get_by_role("button", name="+ Сварка", exact=True)).to_have_count(0, timeout=WAIT)
    # The click scrolls the page, and scrolling closes the list that it opened.
    page.get_by_label("Вид").click()
    page.get_by_label("Вид").press("ArrowDown")
    page.get_by_role("option", name="Прототип").click()
    expect(page.get_by_text("Всё заполнено: можно отправлять.")).to_be_visible(timeout=WAIT)
    no_wider_than_the_screen(page)
    for name in ("Команда", "Фотографии", "Стенд"):
        step(page, name)
        no_wider_than_the_screen(page)
    page.get_by_label("Телефон ответственного преподавателя").fill("+7 727 000-00-09")
    settled(page)
    step(page, "Проверка")
    no_wider_than_the_screen(page)
    preview = page.locator(".st-key-entry-preview-ru")
    expect(preview.get_by_role("heading", name=title)).to_be_visible()
    expect(preview).to_contain_text("Сварка")
    expect(preview).not_to_contain_text("+7 727")
    page.get_by_role("button", name="Сохранить и отправить").click()
    expect(page.get_by_role("heading", name="Отправлено")).to_be_visible(timeout=WAIT)
    page.get_by_role("link", name="Мои экспонаты").click()
    expect(page.locator(".k-entry-row").filter(has_text=title)).to_contain_text(
        "на рассмотрении", timeout=WAIT
    )

    _, state, draft = exhibit_called(store, title)
    assert state == State.SUBMITTED
    assert draft.texts == {"ru": DraftText(title, description="Ведёт сварку сам.")}
    assert (draft.kind, draft.technologies) == (Kind.PROTOTYPE, ("welding",))
    assert draft.logistics.teacher_phone == "+7 727 000-00-09"


def test_what_was_written_a_moment_before_the_next_step_is_kept(page: Page, store: Store) -> None:
    sign_in(page, editor(store, "Айгүл"))
    page.goto("/entry?new=taza-bulaq")
    in_russian(page).get_by_label("Название").fill("Быстрые пальцы")
    expect(page.get_by_role("heading", name="Быстрые пальцы")).to_be_visible(timeout=WAIT)
    settled(page)
    for number in range(4):
        in_russian(page).get_by_label("Описание").fill(f"Текст номер {number}.")
        step(page, "Стенд")
        phone = f"+7 727 000-00-0{number}"
        page.get_by_label("Телефон ответственного преподавателя").fill(phone)
        step(page, "Тексты")
        expect(in_russian(page).get_by_label("Описание")).to_have_value(f"Текст номер {number}.")
        step(page, "Стенд")
        expect(page.get_by_label("Телефон ответственного преподавателя")).to_have_value(phone)
        step(page, "Тексты")


def other_window(browser: Browser, arguments: dict[str, object], who: Someone) -> Page:
    page = browser.new_context(**arguments).new_page()  # type: ignore[arg-type]
    sign_in(page, who)
    return page


def test_the_second_to_save_chooses_field_by_field_and_loses_nothing(
    browser: Browser, browser_context_args: dict[str, object], store: Store
) -> None:
    first, second = editor(store, "Данияр", MemberRole.EDITOR), editor(store, "Елена")
    now = datetime.now(UTC)
    copy = submissions.open_copy(store, college="taza-bulaq", by=first.id, now=now)
    begun = Draft("taza-bulaq", texts={"ru": DraftText("Фильтр для арыка", "Чистит воду.")})
    submissions.autosave(store, copy.id, begun, by=first.id, now=now)
    code = submissions.save(store, copy.id, by=first.id, now=now).code
    one = other_window(browser, browser_context_args, first)
    two = other_window(browser, browser_context_args, second)
    for page in (one, two):
        page.goto(f"/entry?code={code}")
        expect(in_russian(page).get_by_label("Название")).to_have_value(
            "Фильтр для арыка", timeout=WAIT
        )

    in_russian(one).get_by_label("Название").fill("Фильтр для арыка и пруда")
    expect(one.get_by_role("heading", name="Фильтр для арыка и пруда")).to_be_visible(timeout=WAIT)
    in_russian(one).get_by_label("Описание").fill("Собран из щебня.")
    settled(one)
    step(one, "Проверка")
    expect(one.get_by_text("Его отправит координатор колледжа.")).to_have_count(0)
    expect(one.get_by_role("button", name="Сохранить и отправить")).to_have_count(0)
    one.get_by_role("button", name="Сохранить", exact=True).click()
    expect(one.get_by_text("Экспонат сохранён.")).to_be_visible(timeout=WAIT)

    in_russian(two).get_by_label("Название").fill("Фильтр для озера")
    expect(two.get_by_role("heading", name="Фильтр для озера")).to_be_visible(timeout=WAIT)
    in_russian(two).get_by_label("В одном-двух предложениях").fill("Чистит любую воду.")
    settled(two)
    step(two, "Проверка")
    two.get_by_role("button", name="Сохранить", exact=True).click()
    expect(two.get_by_role("heading", name="Данияр: экспонат сохранён")).to_be_visible(timeout=WAIT)
    clash = two.locator(".st-key-entry-clash-title_ru")
    for text in ("Фильтр для арыка", "Фильтр для арыка и пруда", "Фильтр для озера"):
        expect(clash.get_by_text(text, exact=True)).to_be_visible()
    expect(two.locator(".k-conflict")).to_contain_text("Собран из щебня.")
    clash.get_by_text("Оставить чужое").click()
    settled(two)
    two.get_by_role("button", name="Сохранить так").click()
    expect(two.get_by_text("Экспонат сохранён.")).to_be_visible(timeout=WAIT)

    _, state, draft = exhibit_called(store, "Фильтр для арыка и пруда")
    assert state == State.DRAFT
    assert draft.texts == {
        "ru": DraftText("Фильтр для арыка и пруда", "Чистит любую воду.", "Собран из щебня.")
    }


def test_a_picture_and_a_person_are_taken_in_and_shown_as_far_as_they_consented(
    page: Page, store: Store, tmp_path: Path
) -> None:
    picture, broken = tmp_path / "stand.png", tmp_path / "broken.jpg"
    Image.new("RGB", (640, 480), "teal").save(picture)
    broken.write_bytes(b"no picture")
    sign_in(page, editor(store, "Айгүл"))
    page.goto("/entry?new=taza-bulaq")
    in_russian(page).get_by_label("Название").fill("Насос с табличкой")
    expect(page.get_by_role("heading", name="Насос с табличкой")).to_be_visible(timeout=WAIT)
    in_russian(page).get_by_label("Описание").fill("Звоните: +7 701 123 45 67.")
    expect(page.get_by_text("похоже на номер телефона")).to_be_visible(timeout=WAIT)

    step(page, "Команда")
    page.get_by_text("Новый человек").click()
    page.get_by_label("Имя и фамилия").fill("Марат Ахметов")
    page.get_by_role("button", name="Добавить этого человека").click()
    somebody = page.locator("[class*='st-key-entry-person-']")
    expect(somebody).to_contain_text("Согласия нет", timeout=WAIT)
    expect(page.locator(".k-needs")).to_contain_text("Люди по именам")

    step(page, "Фотографии")
    page.locator("input[type=file]").set_input_files([picture, broken])
    expect(page.locator(".k-thumb")).to_have_count(1, timeout=WAIT)
    expect(page.locator(".k-note").filter(has_text="broken.jpg")).to_be_visible(timeout=WAIT)
    page.locator(".k-thumb").scroll_into_view_if_needed()
    expect(page.locator(".k-thumb")).to_have_js_property("naturalWidth", 320, timeout=WAIT)
    page.get_by_label("Что на снимке (Русский)").fill("Насос у арыка")
    expect(page.locator(".k-needs")).not_to_contain_text("Напишите хотя бы", timeout=WAIT)
    page.get_by_text("Никого на снимке нельзя узнать").click()
    expect(page.get_by_label("Кого видно на снимке")).to_have_count(0, timeout=WAIT)
    settled(page)
    step(page, "Проверка")
    preview = page.locator(".st-key-entry-preview-ru")
    expect(preview.get_by_alt_text("Насос у арыка")).to_be_visible(timeout=WAIT)
    expect(preview).not_to_contain_text("Марат")

    step(page, "Команда")
    page.get_by_text("Записать согласие").click()
    page.get_by_role("button", name="Подписанное согласие у меня перед глазами").click()
    expect(somebody).to_contain_text("дано самим человеком", timeout=WAIT)
    settled(page)
    step(page, "Проверка")
    expect(preview).to_contain_text("Марат Ахметов (автор)", timeout=WAIT)
    page.get_by_role("button", name="Сохранить", exact=True).click()
    expect(page.get_by_text("Экспонат сохранён.")).to_be_visible(timeout=WAIT)

    _, _, draft = exhibit_called(store, "Насос с табличкой")
    [kept] = draft.pictures
    assert (kept.alt, kept.nobody_recognizable) == ({"ru": "Насос у арыка"}, True)
    assert [(one.role, one.shown) for one in draft.named] == [(Role.AUTHOR, True)]


def test_last_years_exhibit_begins_a_new_one_and_may_be_taken_back(
    page: Page, store: Store
) -> None:
    row = "title,college,technologies\nСтарый фильтр,taza-bulaq,welding\n"
    sheet = read(row.encode(), "old.csv")
    now = datetime.now(UTC)
    imports.run(
        store, sheet, by=COMMAND_LINE, edition="old", open_archive=True, publish=True, now=now
    )
    sign_in(page, editor(store, "Айгүл"))
    page.get_by_label("Начать с экспоната прошлой ярмарки").click()
    page.get_by_label("Начать с экспоната прошлой ярмарки").press("ArrowDown")
    page.get_by_role("option", name="Старый фильтр").click()
    page.get_by_role("link", name="Начать с него").click()
    expect(in_russian(page).get_by_label("Название")).to_have_value("Старый фильтр", timeout=WAIT)
    settled(page)
    assert "copy=" in page.url
    step(page, "Проверка")
    page.get_by_role("button", name="Сохранить", exact=True).click()
    expect(page.get_by_text("Экспонат сохранён.")).to_be_visible(timeout=WAIT)
    page.get_by_role("link", name="Мои экспонаты").click()
    line = page.locator(".k-entry-row").filter(has_text="Старый фильтр")
    expect(line).to_contain_text("черновик", timeout=WAIT)
    line.get_by_role("link", name="Отозвать").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Почему (увидят организаторы)").fill("Сломался")
    dialog.get_by_role("button", name="Отозвать").click()
    expect(line).to_contain_text("Вы его отозвали.", timeout=WAIT)

    with store.reading() as session:
        states = {
            one.edition.slug: one.state
            for one in session.scalars(select(Exhibit))
            if any(text.title == "Старый фильтр" for text in one.texts)
        }
    assert states == {"old": State.PUBLISHED, "demo-2026": State.WITHDRAWN}


def test_changes_to_what_visitors_see_are_proposed_and_taken_back(page: Page, store: Store) -> None:
    sign_in(page, editor(store, "Айгүл"))
    row = page.locator(".k-entry-row").filter(has_text="PF6HX2")
    row.get_by_role("link", name="Изменить").click()
    kazakh = page.locator(".st-key-entry-language-kk").get_by_label("В одном-двух предложениях")
    expect(kazakh).not_to_have_value("", timeout=WAIT)
    kazakh.fill("Жаңа қысқаша.")
    expect(page.get_by_text("Сохранено в")).to_be_visible(timeout=WAIT)
    settled(page)
    step(page, "Проверка")
    page.get_by_role("button", name="Сохранить и отправить").click()
    expect(page.get_by_role("heading", name="Отправлено")).to_be_visible(timeout=WAIT)
    page.get_by_role("link", name="Мои экспонаты").click()
    expect(row).to_contain_text("Ваши изменения ждут эксперта.", timeout=WAIT)
    expect(row).to_contain_text("Его видят посетители.")

    row.get_by_role("link", name="Отозвать мои изменения").click()
    page.get_by_role("dialog").get_by_role("button", name="Отозвать").click()
    expect(row).not_to_contain_text("ждут эксперта", timeout=WAIT)
    expect(row.get_by_role("link", name="Изменить")).to_be_visible()


def test_another_college_finds_nothing_at_the_address(page: Page, store: Store) -> None:
    owner = editor(store, "Айгүл")
    now = datetime.now(UTC)
    copy = submissions.open_copy(store, college="taza-bulaq", by=owner.id, now=now)
    begun = Draft("taza-bulaq", texts={"ru": DraftText("Тайный черновик")})
    submissions.autosave(store, copy.id, begun, by=owner.id, now=now)
    kept = submissions.open_copy(store, college="taza-bulaq", by=owner.id, now=now)
    code = submissions.save(store, copy.id, by=owner.id, now=now).code
    sign_in(page, someone(store, MemberRole.COORDINATOR, college="temirqol"))

    for address in (f"/entry?code={code}", f"/entry?copy={kept.id}"):
        page.goto(address)
        expect(page.get_by_role("heading", name="Такого экспоната нет")).to_be_visible(timeout=WAIT)
        expect(page.get_by_text("Тайный черновик")).to_have_count(0)
    page.goto("/entry?new=taza-bulaq")
    expect(page.get_by_text("Ваша роль этого не позволяет")).to_be_visible(timeout=WAIT)
