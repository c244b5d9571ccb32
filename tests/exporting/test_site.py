"""The site from a folder: its pages, what they say, where they lead, and that texts stay texts."""

import json
import posixpath
from dataclasses import replace
from html.parser import HTMLParser
from urllib.parse import unquote

import pytest

from catalog.choices import Role
from catalog.edition_export import PublicEdition
from catalog.records import CreatorRecord, PictureRecord
from exporting import site_files
from exporting.site import file_name
from tests.hostile import HOSTILE, TITLE

LOADED = {"img": "src", "script": "src", "link": "href"}


class Page(HTMLParser):
    """What a browser makes of a page: its tags and attributes, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str, name: str) -> list[str]:
        return [value for found, given in self.tags if found == tag and (value := given.get(name))]


def files_of(public: PublicEdition, webp: bytes | None = b"webp") -> dict[str, bytes]:
    files = list(site_files(public, lambda key: webp))
    assert len({one.path for one in files}) == len(files)
    return {one.path: one.data for one in files}


def pages_of(public: PublicEdition) -> dict[str, Page]:
    return {
        path: Page(data.decode("utf-8"))
        for path, data in files_of(public).items()
        if path.endswith(".html")
    }


def only_robot(public: PublicEdition, **changed: object) -> PublicEdition:
    (robot,) = [one for one in public.exhibits if one.code == "R2B2T2"]
    return replace(public, exhibits=(replace(robot, **changed),))  # type: ignore[arg-type]


def test_a_language_has_a_page_for_each_exhibit_college_and_technology(
    public: PublicEdition,
) -> None:
    files = files_of(public)

    codes = [one.code for one in public.exhibits]
    pages = [
        "index.html", "c/temirqol.html", "c/zhasyl-dala.html", "t/greenhouse.html",
        "t/machine-learning.html", "t/robotics.html", "t/welding.html",
        *(f"e/{code}.html" for code in codes),
    ]  # fmt: skip
    assert set(files) == {
        "index.html", "style.css", "search.js", "words.js",
        *(f"{language}/{page}" for language in ("kk", "ru", "en") for page in pages),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("language", "title", "label"),
    [
        ("kk", "Қоқыс сұрыптау роботы", "Экспонаттар"),
        ("ru", "Робот-сортировщик мусора", "Экспонаты"),
        ("en", "Робот-сортировщик мусора", "Exhibits"),
    ],
)
def test_titles_are_those_of_the_catalog_in_the_nearest_language(
    public: PublicEdition, language: str, title: str, label: str
) -> None:
    pages = pages_of(public)

    for path in ("index.html", "e/R2B2T2.html", "c/temirqol.html", "t/robotics.html"):
        assert title in pages[f"{language}/{path}"].text
    index = pages[f"{language}/index.html"]
    assert label in index.text
    assert index.all("html", "lang") == [language]
    assert set(index.all("li", "data-code")) == {one.code for one in public.exhibits}
    # Without the script there is the plain list and no field that would do nothing.
    (search,) = [given for _, given in index.tags if given.get("id") == "search"]
    assert "hidden" in search


def test_every_link_leads_to_a_file_and_nothing_to_another_host(public: PublicEdition) -> None:
    picture = PictureRecord("abc", {"ru": "Робот"})
    shown = only_robot(public, pictures=(picture,))
    files = files_of(shown)
    pages = pages_of(shown)

    led_to = set()
    for path, page in pages.items():
        links = page.all("a", "href")
        links += [link for tag, name in LOADED.items() for link in page.all(tag, name)]
        assert links, path
        here = posixpath.dirname(path)
        led_to |= {posixpath.normpath(posixpath.join(here, unquote(link))) for link in links}
        (policy,) = page.all("meta", "content")[:1]
        assert policy.startswith("default-src 'none'; ")
        assert "http" not in policy
    assert led_to == set(files) - {"index.html"}
    assert files["pictures/abc.webp"] == b"webp"
    assert pages["ru/e/R2B2T2.html"].all("img", "alt") == ["Робот"]


def test_a_picture_that_is_not_public_leaves_no_trace(public: PublicEdition) -> None:
    shown = only_robot(public, pictures=(PictureRecord("abc", {}),))

    files = files_of(shown, None)

    assert not [path for path, data in files.items() if "abc.webp" in path or b"<img" in data]


@pytest.mark.parametrize("text", [TITLE, *HOSTILE])
def test_a_hostile_text_stays_a_text(public: PublicEdition, text: str) -> None:
    (robot,) = only_robot(public).exhibits
    written = replace(robot.texts["ru"], title=text, summary=text, description=text)
    harmless = pages_of(only_robot(public))

    hostile = only_robot(
        public, texts={"ru": written}, keywords=(text,), stand=text,
        hall_names={"ru": text}, specialty={"ru": text},
    )  # fmt: skip
    pages = pages_of(hostile)

    assert set(pages) == set(harmless)
    page = pages["ru/e/R2B2T2.html"]
    # Whatever is written, the page has the tags that every page has.
    assert {tag for tag, _ in page.tags} <= {
        "html", "head", "meta", "title", "link", "body", "header", "a", "span", "nav", "main", "h1",
        "article", "p", "dl", "div", "dt", "dd", "ul", "li",
    }  # fmt: skip
    assert not [name for _, given in page.tags for name in given if name.startswith("on")]
    assert page.text.count(text) >= 6
    words = files_of(hostile)["words.js"].decode("utf-8")
    assert json.loads(words.removeprefix("const kormeWords = ").removesuffix(";\n"))
    assert "<" not in words


def test_people_are_named_where_their_name_is_public(public: PublicEdition) -> None:
    people = (CreatorRecord(Role.SUPERVISOR, None), CreatorRecord(Role.AUTHOR, "Алмас Сериков"))

    page = pages_of(only_robot(public, people=people))["ru/e/R2B2T2.html"]

    # The small fair's robot has two authors and a supervisor without names.
    assert "\nавтор: Алмас Сериков\nавтор × 2\nруководитель × 2\n" in page.text


def test_words_are_those_of_all_languages_titles_first(public: PublicEdition) -> None:
    text = files_of(public)["words.js"].decode("utf-8")
    words = json.loads(text.removeprefix("const kormeWords = ").removesuffix(";\n"))

    titles, others = words["R2B2T2"]
    assert titles == "қоқыс сұрыптау роботы робот сортировщик мусора"
    assert {"пластик", "мехатроника", "темірқол", "ml", "learning", "r2b2t2"} <= set(others.split())


def test_a_file_is_named_by_letters_that_every_system_takes() -> None:
    assert file_name("R2B2T2") == "R2B2T2.html"
    assert file_name("жел/../x") == "_D0_B6_D0_B5_D0_BB_2F.._2Fx.html"
