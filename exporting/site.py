"""The edition as a site of plain files: opened from a folder, searched by words, in three languages."""

import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from catalog.cells import KIND_NAMES, ROLE_NAMES, SEEKING_NAMES
from catalog.edition_export import PublicEdition
from catalog.field_names import field_name
from catalog.languages import LANGUAGES, best, collation_key
from catalog.records import EditionRecord, ExhibitRecord
from exporting.words import said

PictureOf = Callable[[str], bytes | None]
_HERE: Final = Path(__file__).parent
_ASSETS: Final = ("style.css", "search.js")
_WORD: Final = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class SiteFile:
    """A file of the site: its path with slashes, and what it holds."""

    path: str
    data: bytes


def site_files(public: PublicEdition, picture_of: PictureOf) -> Iterator[SiteFile]:
    """Every file of the site, in no promised order.

    A folder per language has an index and a page for each exhibit (e/), college (c/) and technology
    (t/). `picture_of` gives the WebP file of a picture by its hash; what it gives None for is left
    out of the pages too. No page asks anything of another host, and none needs the script.
    """
    pictures = {}
    for key in dict.fromkeys(one.hash for each in public.exhibits for one in each.pictures):
        webp = picture_of(key)
        if webp is not None:
            pictures[key] = f"pictures/{key}.webp"
            yield SiteFile(pictures[key], webp)
    for name in _ASSETS:
        yield SiteFile(name, (_HERE / "static" / name).read_bytes())
    yield _file("words.js", f"const kormeWords = {_words(public)};\n")
    environment = _environment()
    for language in LANGUAGES:
        yield from _pages(public, pictures, environment, language)
    first = environment.get_template("languages.html").render(
        language="kk", root="", edition=public.edition, say=partial(said, language="kk")
    )
    yield _file("index.html", first)


def _pages(
    public: PublicEdition, pictures: Mapping[str, str], environment: Environment, language: str
) -> Iterator[SiteFile]:
    colleges = {one.slug: one for one in public.colleges}
    technologies = {one.slug: one for one in public.technologies}
    of_college, of_technology = defaultdict(list), defaultdict(list)
    for one in public.exhibits:
        of_college[one.college.slug].append(one)
        for slug in one.technologies:
            of_technology[slug].append(one)
    shared = {
        "edition": public.edition,
        "days": _days(public.edition),
        "pictures": pictures,
        "technologies": technologies,
        "place": LANGUAGES.index(language),
        "language": language,
        "say": partial(said, language=language),
        "called": partial(field_name, language=language),
        "best": lambda values: best(values, language),
    }

    def page(template: str, path: str, **more: Any) -> SiteFile:
        root = "../" * (path.count("/") + 1)
        text = environment.get_template(template).render(shared, path=path, root=root, **more)
        return _file(f"{language}/{path}", text)

    def in_order(values: Iterable[Any], names: str) -> list[Any]:
        def key(value: Any) -> tuple[tuple[int, ...], str]:
            found = best(getattr(value, names), language)
            return collation_key(found[1] if found else value.slug, language)

        return sorted(values, key=key)

    yield page(
        "index.html",
        "index.html",
        exhibits=public.exhibits,
        colleges=in_order(colleges.values(), "names"),
        terms=in_order(technologies.values(), "labels"),
    )
    for one in public.exhibits:
        yield page("exhibit.html", f"e/{file_name(one.code)}", exhibit=one)
    for slug, college in colleges.items():
        yield page(
            "college.html", f"c/{file_name(slug)}", college=college, exhibits=of_college[slug]
        )
    for slug, term in technologies.items():
        yield page(
            "technology.html", f"t/{file_name(slug)}", term=term, exhibits=of_technology[slug]
        )


def file_name(slug: str) -> str:
    """A page's file, of letters that every file system and every address take as they are."""
    return f"{quote(slug, safe='').replace('%', '_')}.html"


def _words(public: PublicEdition) -> str:
    """By code, the words of an exhibit's titles and all its other words, as JSON."""
    labels = {
        one.slug: [*one.labels.values(), *(name for names in one.alternatives.values() for name in names)]
        for one in public.technologies
    }  # fmt: skip
    found = {}
    for one in public.exhibits:
        titles = _distinct(text.title for text in one.texts.values())
        others = _distinct(
            [*_texts_of(one), *(name for slug in one.technologies for name in labels[slug])]
        )
        found[one.code] = (" ".join(titles), " ".join(others))
    return json.dumps(found, ensure_ascii=False, separators=(",", ":"))


def _texts_of(exhibit: ExhibitRecord) -> Iterator[str]:
    for text in exhibit.texts.values():
        yield from (text.summary, text.description)
    yield from exhibit.keywords
    yield from (exhibit.code, exhibit.stand or "")
    yield from exhibit.college.names.values()
    yield from exhibit.college.short_names.values()
    yield from exhibit.specialty.values()
    if exhibit.field is not None:
        yield from exhibit.field.names.values()
    if exhibit.kind is not None:
        yield from KIND_NAMES[exhibit.kind]
    yield from (one.name for one in exhibit.people if one.name)


def _distinct(texts: Iterable[str]) -> list[str]:
    words = (
        word
        for text in texts
        for word in _WORD.findall(unicodedata.normalize("NFKC", text).casefold())
    )
    return list(dict.fromkeys(words))


def _days(edition: EditionRecord) -> str:
    days = [day.strftime("%d.%m.%Y") for day in (edition.starts_on, edition.ends_on) if day]
    return "–".join(dict.fromkeys(days))


def _file(path: str, text: str) -> SiteFile:
    return SiteFile(path, text.encode("utf-8"))


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.globals.update(
        languages=LANGUAGES,
        language_name=partial(said, "language"),
        file_name=file_name,
        kind_names=KIND_NAMES,
        role_names=ROLE_NAMES,
        seeking_names=SEEKING_NAMES,
    )
    return environment
