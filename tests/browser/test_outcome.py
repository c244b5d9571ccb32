"""The whole way of a college's exhibits: invitation, spreadsheet, picture, review, publication.

Two colleges, a reviewer, an organizer and a visitor, each in a browser of their own.
"""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from PIL import Image
from playwright.sync_api import APIResponse, Browser, Locator, Page, expect
from sqlalchemy import select, update

from catalog.choices import MemberRole, State
from catalog.drafts import draft_of
from catalog.models import Edition, Exhibit
from catalog.settings import Settings
from catalog.store import Store
from catalog.values import values_of
from tests.browser.conftest import Server
from tests.browser.test_accounts import SETTLED, accept
from tests.catalog.people import PASSWORD, someone

pytestmark = pytest.mark.browser

WAIT = 60_000
# A server that has just started reads the words first.
STARTED = 180_000
TITLE, OTHER_TITLE = "Ветряк из старых лопат", "Солнечная сушилка для яблок"
HEADER = "Название (рус.);Описание (рус.);Вид;Технология 1;Курс\n"
MISTAKEN = HEADER + (
    f"{TITLE};Крутит насос.;Прототип;Сварка;7\n{OTHER_TITLE};Сушит за день.;Самоделка;Сварка;2\n"
)
MENDED = MISTAKEN.replace(";7\n", ";3\n").replace("Самоделка", "Изделие")
QUESTION, ANSWER = "Сколько весит ветряк?", "Крутит насос. Весит девять килограммов."
OWN_WORK = "Роспись по войлоку"


@pytest.fixture(scope="module")
def store(home: Path, server: Server) -> Iterator[Store]:
    """The server's catalog, whose fair is still weeks away."""
    opened = Store(Settings(home=home, database_url=None).database)
    later = datetime.now(UTC) + timedelta(days=30)
    with opened.writing() as session:
        session.execute(update(Edition).values(submission_deadline=later, freeze_at=later))
    yield opened
    opened.close()


@pytest.fixture
def window(
    browser: Browser, browser_context_args: dict[str, object]
) -> Iterator[Callable[[], Page]]:
    """Gives a browser of their own to each person."""
    contexts = []

    def opened() -> Page:
        contexts.append(browser.new_context(**browser_context_args))  # type: ignore[arg-type]
        contexts[-1].set_default_timeout(WAIT)
        return contexts[-1].new_page()

    yield opened
    for context in contexts:
        context.close()


def settled(page: Page) -> None:
    expect(page.locator(SETTLED)).to_be_attached(timeout=WAIT)


def visit(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.locator("[data-testid='stHtml'] .k-head")).to_be_attached(timeout=WAIT)
    settled(page)


def sign_in(page: Page, login: str) -> None:
    page.goto("/auth/login?lang=ru")
    page.get_by_label("Логин или почта").fill(login)
    page.get_by_label("Пароль").fill(PASSWORD)
    page.get_by_role("button", name="Войти").click()
    expect(page.get_by_role("heading", name="Что нужно знать")).to_be_visible(timeout=STARTED)
    settled(page)


def press(page: Page, name: str) -> None:
    settled(page)
    page.get_by_role("button", name=name, exact=True).click()


def step(page: Page, name: str) -> None:
    settled(page)
    page.locator(".k-steps").get_by_role("link", name=name).click()
    expect(page.locator(".k-steps a[aria-current]")).to_contain_text(name, timeout=WAIT)
    settled(page)


def row(page: Page, title: str = TITLE) -> Locator:
    return page.locator(".k-entry-row").filter(has_text=title)


def upload(page: Page, text: str) -> None:
    page.locator("input[type=file]").first.set_input_files(
        {"name": "прошлый год.csv", "mimeType": "text/csv", "buffer": text.encode()}
    )


def says_what_is_next(page: Page, by_when: datetime) -> None:
    """Until when something is to be done, and whom to ask, stand on the page."""
    main = page.get_by_test_id("stMain")
    day = by_when.astimezone(ZoneInfo("Asia/Almaty")).strftime("%d.%m.%Y")
    expect(main.get_by_text(day).first).to_be_visible(timeout=WAIT)
    expect(main.get_by_text("спросите организатора").first).to_be_visible(timeout=WAIT)


def exhibit_of(store: Store, title: str) -> tuple[str, State, dict[str, object]] | None:
    """Code, state and values of the exhibit of a Russian title; None where there is none."""
    with store.reading() as session:
        for one in session.scalars(select(Exhibit)):
            if any(text.title == title for text in one.texts):
                return one.code, State(one.state), values_of(draft_of(one))
    return None


def known(store: Store, title: str) -> tuple[str, State, dict[str, object]]:
    found = exhibit_of(store, title)
    assert found is not None
    return found


def test_from_the_invitation_to_the_visitor_and_past_the_other_college(
    store: Store, server: Server, window: Callable[[], Page], tmp_path: Path
) -> None:
    with store.reading() as session:
        deadline = session.scalars(select(Edition).where(Edition.is_current)).one()
        by_when = deadline.submission_deadline
    assert by_when is not None

    # The organizer makes a link; the coordinator opens it and sets a password.
    organizer = window()
    sign_in(organizer, someone(store, MemberRole.ORGANIZER, name="Әлия").login)
    organizer.get_by_role("link", name="Люди", exact=True).click()
    expect(organizer.get_by_role("heading", name="Пригласить")).to_be_visible(timeout=WAIT)
    settled(organizer)
    organizer.locator(".st-key-invite-college input").fill("Таза бұлақ")
    organizer.get_by_role("option", name="Таза бұлақ").click()
    press(organizer, "Создать ссылку")
    issued = organizer.locator(".st-key-issued")
    expect(issued).to_contain_text("координатор колледжа", timeout=WAIT)
    college = window()
    college.goto(issued.locator("code").first.inner_text())
    expect(college.get_by_text("координатор колледжа")).to_be_visible(timeout=WAIT)
    accept(college, "outcome-coordinator")

    # The start page and the others in three languages.
    for language, mine, sheet in (
        ("kk", "Менің экспонаттарым", "Кесте"),
        ("en", "My exhibits", "Spreadsheet"),
        ("ru", "Мои экспонаты", "Таблица"),
    ):
        visit(college, f"/work?lang={language}")
        expect(college.get_by_role("heading", name=mine)).to_be_visible(timeout=WAIT)
        visit(college, f"/bulk?lang={language}")
        expect(college.get_by_role("heading", name=sheet, exact=True)).to_be_visible(timeout=WAIT)
    says_what_is_next(college, by_when)

    # Last year's spreadsheet: every mistake by row and column, nothing saved.
    upload(college, MISTAKEN)
    problems = college.locator(".k-problems tbody tr")
    expect(problems).to_have_count(2, timeout=WAIT)
    expect(problems.first.locator("td")).to_have_text(["2", "Курс", "7", re.compile("от 1 до 4")])
    expect(problems.last.locator("td").nth(0)).to_have_text("3")
    expect(problems.last.locator("td").nth(1)).to_have_text("Вид")
    expect(problems.last.locator("td").nth(2)).to_have_text("Самоделка")
    assert exhibit_of(store, TITLE) is exhibit_of(store, OTHER_TITLE) is None

    visit(college, "/bulk")
    upload(college, MENDED)
    expect(college.get_by_text("2 новых")).to_be_visible(timeout=WAIT)
    assert exhibit_of(store, TITLE) is None
    press(college, "Сохранить 2 экспоната")
    expect(college.get_by_role("heading", name="Сохранено")).to_be_visible(timeout=WAIT)
    code, state, values = known(store, TITLE)
    assert (state, values["course"], values["kind"]) == (State.DRAFT, 3, "prototype")

    # A picture, then it is given in.
    picture = tmp_path / "windmill.png"
    Image.new("RGB", (640, 480), "teal").save(picture)
    visit(college, "/work")
    expect(row(college)).to_contain_text("Дальше: отправьте его на рассмотрение.", timeout=WAIT)
    says_what_is_next(college, by_when)
    row(college).get_by_role("link", name="Продолжить").click()
    step(college, "Фотографии")
    says_what_is_next(college, by_when)
    college.locator("input[type=file]").set_input_files(picture)
    expect(college.locator(".k-thumb")).to_have_count(1, timeout=WAIT)
    college.get_by_label("Что на снимке (Русский)").fill("Ветряк у арыка")
    expect(college.locator(".k-needs")).not_to_contain_text("Напишите хотя бы", timeout=WAIT)
    college.get_by_text("Никого на снимке нельзя узнать").click()
    expect(college.get_by_label("Кого видно на снимке")).to_have_count(0, timeout=WAIT)
    step(college, "Проверка")
    for language in ("kk", "en", "ru"):
        visit(college, f"/entry?code={code}&step=check&lang={language}")
        expect(college.locator(".k-entry h1")).to_have_text(TITLE, timeout=WAIT)
    press(college, "Сохранить и отправить")
    expect(college.get_by_role("heading", name="Отправлено")).to_be_visible(timeout=WAIT)

    # She looks at what she gave in, by its title.
    college.get_by_role("link", name="Мои экспонаты").click()
    expect(row(college)).to_contain_text("Дальше: его смотрит эксперт.", timeout=WAIT)
    row(college).get_by_role("link", name=TITLE).click()
    expect(college.get_by_role("heading", name="Что дальше")).to_be_visible(timeout=WAIT)
    expect(college.locator(".k-history")).to_contain_text("Отправлено на рассмотрение · этап 1")
    expect(college.locator(".k-next")).to_contain_text("спросите организатора")
    for language, heading in (("kk", "Әрі қарай не болады"), ("en", "What happens next")):
        visit(college, f"/exhibit?code={code}&lang={language}")
        expect(college.get_by_role("heading", name=heading)).to_be_visible(timeout=WAIT)

    # The other college neither sees it nor touches it.
    stranger = window()
    sign_in(stranger, someone(store, MemberRole.EDITOR, college="temirqol", name="Самат").login)
    before = known(store, TITLE)
    expect(row(stranger)).to_have_count(0)
    refuses_a_stranger(stranger, server.address, code, picture_of(before))
    assert known(store, TITLE) == before
    expect(stranger.get_by_text(TITLE)).to_have_count(0)

    # The reviewer asks, she answers.
    reviewer = window()
    sign_in(reviewer, someone(store, MemberRole.REVIEWER, name="Болат Экспертов").login)
    visit(reviewer, "/review")
    reviewer.get_by_role("link", name=TITLE).click()
    expect(reviewer.get_by_role("heading", name="Прислано впервые")).to_be_visible(timeout=WAIT)
    settled(reviewer)
    reviewer.get_by_label("Комментарий для колледжа").first.fill(QUESTION)
    press(reviewer, "Попросить исправить")
    result = reviewer.locator(".st-key-result")
    expect(result).to_contain_text("Сделано: 1 из 1.", timeout=WAIT)

    visit(college, "/work?lang=ru")
    expect(row(college)).to_contain_text(QUESTION, timeout=WAIT)
    expect(row(college)).to_contain_text("исправьте то, о чём просит эксперт")
    expect(
        college.get_by_test_id("stText").get_by_text(f"По экспонату «{TITLE}» просят исправить")
    ).to_be_visible(timeout=WAIT)
    says_what_is_next(college, by_when)
    row(college).get_by_role("link", name=TITLE).click()
    expect(college.locator(".k-next")).to_contain_text(QUESTION, timeout=WAIT)
    expect(college.locator(".k-history")).to_contain_text("эксперт")
    expect(college.get_by_text("Болат Экспертов")).to_have_count(0)
    college.get_by_role("link", name="Изменить").click()
    russian = college.locator(".st-key-entry-language-ru").get_by_label("Описание")
    expect(russian).to_have_value("Крутит насос.", timeout=WAIT)
    expect(college.locator(".k-entry")).to_contain_text(QUESTION)
    russian.fill(ANSWER)
    expect(college.get_by_text("Сохранено в")).to_be_visible(timeout=WAIT)
    step(college, "Проверка")
    press(college, "Сохранить и отправить")
    expect(college.get_by_role("heading", name="Отправлено")).to_be_visible(timeout=WAIT)

    # Accepted, published, found.
    visit(reviewer, f"/review?code={code}")
    expect(reviewer.locator(".k-case")).to_contain_text("этап 2", timeout=WAIT)
    expect(reviewer.locator(".k-diff-sides ins")).to_contain_text("Весит девять килограммов.")
    press(reviewer, "Принять")
    expect(result).to_contain_text("Сделано: 1 из 1.", timeout=WAIT)
    visitor = window()
    visit(visitor, "/?lang=ru")
    visit(organizer, f"/review?code={code}")
    press(organizer, "Опубликовать")
    expect(organizer.locator(".st-key-result")).to_contain_text("Сделано: 1 из 1.", timeout=WAIT)
    visitor.goto("/?q=ветряк+лопат&lang=ru")
    found = visitor.locator(".k-results .k-title a").first
    expect(found).to_have_text(TITLE, timeout=WAIT)
    found.click()
    expect(visitor.get_by_role("heading", name=TITLE)).to_be_visible(timeout=WAIT)
    expect(visitor.get_by_alt_text("Ветряк у арыка").first).to_be_visible(timeout=WAIT)
    expect(visitor.get_by_role("heading", name="История")).to_have_count(0)
    visit(college, "/work?lang=ru")
    expect(row(college)).to_contain_text("Его видят посетители.", timeout=WAIT)

    # What stayed a draft is nobody else's still.
    draft, _, _ = known(store, OTHER_TITLE)
    visit(stranger, f"/exhibit?code={draft}&lang=ru")
    expect(stranger.get_by_text("Такой страницы нет")).to_be_visible(timeout=WAIT)


def picture_of(exhibit: tuple[str, State, dict[str, object]]) -> str:
    pictures = exhibit[2]["pictures"]
    assert isinstance(pictures, list)
    return f"/p/{pictures[0]['hash']}-320.webp"


def refuses_a_stranger(page: Page, address: str, code: str, picture: str) -> None:
    """By screens, by addresses and by forged requests."""
    for path, told in (
        (f"/exhibit?code={code}", "Такой страницы нет"),
        (f"/entry?code={code}", "Такого экспоната нет"),
        (f"/review?code={code}", "Такой страницы нет"),
        (f"/work?withdraw={code}", "Мои экспонаты"),
        ("/entry?new=taza-bulaq", "Ваша роль этого не позволяет"),
    ):
        visit(page, path)
        expect(page.get_by_text(told).first).to_be_visible(timeout=WAIT)
        expect(page.get_by_text(TITLE)).to_have_count(0)
        expect(page.get_by_role("dialog")).to_have_count(0)
    own = {"Origin": address}
    theirs = {"Origin": "https://elsewhere.example"}
    door = "/_stcore/upload_file/of-another-session/a-file"
    request = page.context.request

    def put(headers: dict[str, str]) -> APIResponse:
        data = {"file": {"name": "a.png", "mimeType": "image/png", "buffer": b"PNG"}}
        return request.put(door, headers=headers, multipart=data)  # type: ignore[arg-type]

    assert [request.get(path).status for path in (picture, f"/e/{code}", f"/consent/{code}")] == [
        404, 404, 404,
    ]  # fmt: skip
    assert [put(headers).status for headers in ({}, theirs)] == [403, 403]
    # Their own pages may send files, but into their own sessions alone.
    [xsrf] = [one["value"] for one in page.context.cookies() if one["name"] == "_streamlit_xsrf"]
    assert [put(headers).status for headers in (own, {**own, "X-Xsrftoken": xsrf})] == [403, 400]

    page.goto("/auth/account")
    token = page.locator("form[action='/auth/password'] input[name=form_token]").input_value()
    fields: dict[str, str | float | bool] = {
        "present": "не тот пароль",
        "password": PASSWORD,
        "again": PASSWORD,
    }
    forged = [
        request.post(path, headers=headers, form=form, max_redirects=0)
        for path in ("/auth/password", "/auth/logout", "/auth/logout-everywhere")
        for headers, form in (
            ({}, fields), (own, fields), (theirs, {**fields, "form_token": token}),
        )
    ]  # fmt: skip
    assert [answer.status for answer in forged] == [403] * 9
    mine = request.post(
        "/auth/password", headers=own, form={**fields, "form_token": token}, max_redirects=0
    )
    assert mine.status == 400
    visit(page, "/work?lang=ru")
    expect(page.get_by_role("heading", name="Мои экспонаты")).to_be_visible(timeout=WAIT)
