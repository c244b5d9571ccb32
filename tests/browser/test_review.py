"""From what a college gave in to what visitors find: review, one by one and several at once."""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from sqlalchemy import select

from catalog import review, submissions
from catalog.choices import Decision, MemberRole
from catalog.drafts import DraftText
from catalog.models import Edition
from catalog.settings import Settings
from catalog.store import Store
from tests.catalog import entries
from tests.catalog.entries import COMPLETE, rewrite, titled
from tests.catalog.people import PASSWORD, Someone, someone

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SETTLED = (
    "[data-testid='stApp'][data-test-connection-state='CONNECTED']"
    "[data-test-script-state='notRunning']"
)
_NUMBERS = itertools.count(1)


@pytest.fixture
def store(home: Path) -> Iterator[Store]:
    """The server's catalog, in which entries are still taken."""
    opened = Store(Settings(home=home, database_url=None).database)
    with opened.writing() as session:
        for edition in session.scalars(select(Edition).where(Edition.is_current)):
            edition.submission_deadline = datetime.now(UTC) + timedelta(days=1)
            edition.freeze_at = datetime.now(UTC) + timedelta(days=2)
    yield opened
    opened.close()


@pytest.fixture
def signed_in(
    browser: Browser, browser_context_args: dict[str, object]
) -> Iterator[Callable[[Someone], Page]]:
    """Gives a browser of their own to each person."""
    contexts = []

    def sign_in(person: Someone) -> Page:
        context = browser.new_context(**browser_context_args)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.goto("/auth/login?lang=ru")
        page.get_by_label("Логин или почта").fill(person.login)
        page.get_by_label("Пароль").fill(PASSWORD)
        page.get_by_role("button", name="Войти").click()
        # The first page of a server that has just started.
        expect(page.get_by_role("heading", name="Айгүл")).to_be_visible(timeout=60_000)
        return page

    yield sign_in
    for context in contexts:
        context.close()


def person(store: Store, role: MemberRole, college: str | None = None) -> Someone:
    return someone(store, role, college=college, login=f"{role}-in-review-{next(_NUMBERS)}")


def settle(page: Page) -> None:
    expect(page.locator(SETTLED)).to_be_attached(timeout=20_000)


def open_at(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.locator("[data-testid='stHtml'] .k-head")).to_be_attached(timeout=20_000)
    settle(page)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def result(page: Page) -> Locator:
    return page.locator(".st-key-result")


def notice(page: Page, text: str) -> Locator:
    """A notice itself, not the same words in the letter to copy."""
    return page.locator("[data-testid='stText']").get_by_text(text, exact=True)


def check(page: Page, label: str) -> None:
    """Set a check box: Streamlit hides the box itself behind its label."""
    page.locator("label").filter(has_text=label).click()
    settle(page)


def give_in(store: Store, title: str, by: Someone) -> str:
    return entries.given_in(store, by, titled(title), now=datetime.now(UTC))


def test_from_a_request_for_changes_to_what_the_visitor_finds(
    page: Page, store: Store, signed_in: Callable[[Someone], Page]
) -> None:
    coordinator = person(store, MemberRole.COORDINATOR, "temirqol")
    title = "Полив по спутнику для бахчи"
    code = give_in(store, title, coordinator)
    second = give_in(store, "Полив по спутнику для сада", coordinator)

    reviewer = signed_in(person(store, MemberRole.REVIEWER))
    reviewer.get_by_role("link", name="Рассмотрение заявок").click()
    reviewer.get_by_role("link", name=title).click()
    expect(reviewer.get_by_role("heading", name="Прислано впервые")).to_be_visible(timeout=20_000)
    settle(reviewer)
    press(reviewer, "Попросить исправить")
    expect(result(reviewer)).to_contain_text("Напишите причину", timeout=20_000)
    settle(reviewer)
    reviewer.get_by_label("Комментарий для колледжа").first.fill("Сколько воды он бережёт?")
    press(reviewer, "Попросить исправить")
    expect(result(reviewer)).to_contain_text("Сделано: 1 из 1.", timeout=20_000)

    college = signed_in(coordinator)
    told = f"По экспонату «{title}» просят исправить: Сколько воды он бережёт?"
    expect(notice(college, told)).to_be_visible()
    answer = DraftText(title, "Сортирует.", "Механическая рука и камера. Бережёт треть воды.")
    draft = replace(COMPLETE, texts={"ru": answer}, course=3)
    rewrite(store, code, coordinator, draft, now=datetime.now(UTC))
    submissions.submit(store, code, by=coordinator.id, now=datetime.now(UTC))

    open_at(reviewer, f"/review?code={code}")
    expect(reviewer.get_by_text("Сколько воды он бережёт?").first).to_be_visible()
    expect(reviewer.locator(".k-case")).to_contain_text("этап 2")
    expect(reviewer.locator(".k-diff-sides ins")).to_contain_text("Бережёт треть воды.")
    expect(reviewer.locator(".k-diffs").first).to_contain_text("Курс")
    expect(reviewer.locator(".st-key-preview")).to_contain_text("Бережёт треть воды.")
    press(reviewer, "Принять")
    expect(result(reviewer)).to_contain_text("Сделано: 1 из 1.", timeout=20_000)
    settle(reviewer)
    expect(reviewer.get_by_role("button", name="Опубликовать")).to_have_count(0)
    review.decide(
        store, [second], Decision.ACCEPTED, by=person(store, MemberRole.ORGANIZER).id,
        now=datetime.now(UTC),
    )  # fmt: skip

    organizer = signed_in(person(store, MemberRole.ORGANIZER))
    open_at(organizer, "/review?pile=accepted")
    for accepted in (code, second):
        check(organizer, accepted)
    press(organizer, "Опубликовать…")
    expect(organizer.locator(".k-plan")).to_contain_text(title, timeout=20_000)
    expect(organizer.locator(".k-plan")).to_contain_text("колледжи получат уведомление")
    press(organizer, "Опубликовать: 2 экспоната")
    expect(result(organizer)).to_contain_text("Сделано: 2 из 2.", timeout=20_000)
    expect(result(organizer)).to_contain_text(second)

    open_at(college, "/work")
    told = f"Экспонат «{title}» опубликован, посетители его видят."
    expect(notice(college, told)).to_be_visible()
    open_at(page, "/?q=бахча+полив+спутник&lang=ru")
    expect(page.locator(".k-results .k-title a").first).to_have_text(title, timeout=20_000)

    open_at(organizer, f"/review?code={code}")
    press(organizer, "Скрыть от посетителей")
    expect(organizer.locator(".k-case")).to_contain_text("скрыт от посетителей", timeout=20_000)
    open_at(page, f"/exhibit?code={code}&lang=ru")
    expect(page.get_by_text("Такой страницы нет")).to_be_visible()


def test_decisions_are_kept_and_applied_together_later(
    store: Store, signed_in: Callable[[Someone], Page]
) -> None:
    coordinator = person(store, MemberRole.COORDINATOR, "temirqol")
    codes = [give_in(store, f"Самокат из бамбука {n}", coordinator) for n in (1, 2, 3)]
    reviewer = signed_in(person(store, MemberRole.REVIEWER))
    open_at(reviewer, "/review")
    for code in codes:
        check(reviewer, code)
    expect(reviewer.get_by_text("Выбрано: 3")).to_be_visible(timeout=20_000)
    reviewer.get_by_label("Комментарий для колледжа").fill("Такой уже есть.")
    check(reviewer, "Отложить: никто не узнает")
    press(reviewer, "Отклонить…")
    expect(reviewer.locator(".k-plan")).to_contain_text("никто не узнает", timeout=20_000)
    press(reviewer, "Отклонить: 3 экспоната")
    expect(result(reviewer)).to_contain_text("Сделано: 3 из 3.", timeout=20_000)

    college = signed_in(coordinator)
    settle(college)
    told = "Экспонат «Самокат из бамбука%s» отклонён: Такой уже есть."
    expect(notice(college, told % " 1")).to_have_count(0)
    # An organizer mends one meanwhile: the decision was about another text.
    mended = titled("Самокат из бамбука, исправленный")
    chief = person(store, MemberRole.ORGANIZER)
    rewrite(store, codes[2], chief, mended, now=datetime.now(UTC))

    open_at(reviewer, "/review?pile=noted")
    expect(reviewer.get_by_text("с тех пор изменился: посмотрите ещё раз")).to_be_visible()
    for code in codes:
        check(reviewer, code)
    press(reviewer, "Применить решения…")
    expect(reviewer.locator(".k-plan")).to_contain_text("отклонено", timeout=20_000)
    press(reviewer, "Применить решения: 3 экспоната")
    expect(result(reviewer)).to_contain_text("Сделано: 2 из 3.", timeout=20_000)
    expect(result(reviewer)).to_contain_text("Экспонат изменился после того, как вы наметили")

    open_at(college, "/work")
    expect(notice(college, told % " 1")).to_be_visible()
    expect(notice(college, told % " 2")).to_be_visible()
    expect(notice(college, told % ", исправленный")).to_have_count(0)


def test_a_decision_on_a_text_that_has_changed_is_not_taken(
    store: Store, signed_in: Callable[[Someone], Page]
) -> None:
    coordinator = person(store, MemberRole.COORDINATOR, "temirqol")
    code = give_in(store, "Печь на опилках", coordinator)
    reviewer = signed_in(person(store, MemberRole.REVIEWER))
    open_at(reviewer, f"/review?code={code}")
    chief = person(store, MemberRole.ORGANIZER)
    mended = titled("Печь на опилках и шелухе")
    rewrite(store, code, chief, mended, now=datetime.now(UTC))

    press(reviewer, "Принять")

    expect(reviewer.locator(".k-case h1")).to_have_text("Печь на опилках и шелухе", timeout=20_000)
    settle(reviewer)
    expect(result(reviewer)).to_have_count(0)
    expect(reviewer.get_by_text("За это время экспонат изменился.")).to_be_visible()
    expect(reviewer.get_by_role("button", name="Принять")).to_be_visible()


def test_an_organizer_marks_a_duplicate_found_by_its_title(
    store: Store, signed_in: Callable[[Someone], Page]
) -> None:
    coordinator = person(store, MemberRole.COORDINATOR, "temirqol")
    original = give_in(store, "Юрта с солнечной крышей", coordinator)
    code = give_in(store, "Солнечная юрта", coordinator)
    organizer = signed_in(person(store, MemberRole.ORGANIZER))
    open_at(organizer, f"/review?code={code}")
    organizer.get_by_text("Повторяет другой экспонат").click()
    field = organizer.get_by_label("Название или код другого")
    field.fill("СОЛНЕЧНОЙ крышей")
    field.press("Enter")
    press(organizer, "Отметить как повтор")
    expect(result(organizer)).to_contain_text("Сделано: 1 из 1.", timeout=20_000)
    expect(organizer.locator(".k-case")).to_contain_text(f"Повторяет экспонат {original}")


def test_a_reviewer_sees_its_scope_and_others_no_review(
    store: Store, signed_in: Callable[[Someone], Page]
) -> None:
    coordinator = person(store, MemberRole.COORDINATOR, "temirqol")
    code = give_in(store, "Тайный прибор", coordinator)
    other = signed_in(person(store, MemberRole.REVIEWER, "zhasyl-dala"))
    open_at(other, "/review")
    expect(other.get_by_role("link", name="Ждут решения")).to_be_visible()
    expect(other.get_by_text(code)).to_have_count(0)
    open_at(other, f"/review?code={code}")
    expect(other.get_by_text("Такой страницы нет")).to_be_visible()
    expect(other.get_by_text("Тайный прибор")).to_have_count(0)

    college = signed_in(coordinator)
    expect(college.get_by_role("link", name="Рассмотрение заявок")).to_have_count(0)
    open_at(college, "/review")
    expect(college.get_by_text("Ваша роль этого не позволяет.")).to_be_visible()
    open_at(college, f"/review?code={code}")
    expect(college.get_by_text("Такой страницы нет")).to_be_visible()


@pytest.mark.parametrize("width", [390, 1280])
def test_the_case_fits_the_screen(
    store: Store, signed_in: Callable[[Someone], Page], width: int
) -> None:
    coordinator = person(store, MemberRole.COORDINATOR, "temirqol")
    texts = {"ru": DraftText("Ы" * 150, "Щ" * 300, ("Ж" * 400 + "\n") * 12)}
    wide = replace(COMPLETE, texts=texts)
    code = entries.given_in(store, coordinator, wide, now=datetime.now(UTC))
    reviewer = signed_in(person(store, MemberRole.REVIEWER))
    reviewer.set_viewport_size({"width": width, "height": 900})
    for address in ("/review", f"/review?code={code}"):
        open_at(reviewer, address)
        main = reviewer.locator("[data-testid='stMain']")
        assert main.evaluate("box => box.scrollWidth > box.clientWidth") is False
