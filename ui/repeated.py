"""What a page has dozens of, put together by hand: a template takes several times as long."""

from collections.abc import Callable, Iterable

from markupsafe import Markup, escape

from ui.names import Phrase
from ui.text import later
from ui.views import Card, Option, Picture, Pieces

_STAND, _WHY = later("Stand"), later("Why it is here:")


class Repeated:
    """Writes options and cards in one language; every text in them is escaped.

    `translate` says the interface's own words in that language.
    """

    def __init__(self, language: str, translate: Callable[[str], str]) -> None:
        self._language = language
        self._stand, self._why = (
            f'<span class="k-sr">{_safe(translate(words))} </span>' for words in (_STAND, _WHY)
        )

    def options(self, options: Iterable[Option]) -> Markup:
        """The values of a facet, as items of a list."""
        return Markup("".join(map(self._option, options)))

    def cards(self, cards: Iterable[Card], light: bool = False) -> Markup:
        """Exhibits as cards; those of a light page are plain links."""
        go = "" if light else ' data-go target="_self"'
        return Markup("".join(self._card(card, go) for card in cards))

    def _option(self, option: Option) -> str:
        chosen = ' class="k-on" aria-current="true"' if option.chosen else ""
        return (
            f'<li><a href="{_safe(option.href)}" data-go target="_self"{chosen}>'
            f'{self._named(option.phrase)}<span class="k-count">{option.count}</span></a></li>\n'
        )

    def _card(self, card: Card, go: str) -> str:
        lang = self._lang(card.language)
        standing = " k-card-standing" if card.stand else ""
        marker = tags = why = ""
        if card.marker:
            marker = f'<span class="k-lang" lang="{card.language}">{_safe(card.marker)}</span>'
        if card.technologies:
            items = (
                f"<li{self._lang(one.language)}>{_safe(one.text)}</li>" for one in card.technologies
            )
            tags = f'  <ul class="k-tags">{"".join(items)}</ul>\n'
        if card.why:
            why = f'  <p class="k-why">{self._why}{_safe(" · ".join(card.why))}</p>\n'
        return (
            f'<article class="k-card{standing}">\n'
            f'  <div class="k-pic">{_image(card.picture)}</div>\n'
            f'  <div class="k-where">{self._where(card.stand, card.hall)}</div>\n'
            f'  <h3 class="k-title"><a href="{_safe(card.href)}"{go}{lang}>'
            f"{_marked(card.title)}</a></h3>\n"
            f'  <p class="k-college">{self._named(card.college)}{marker}</p>\n'
            f'  <p class="k-lines"{lang}>{_marked(card.lines)}</p>\n'
            f"{tags}{why}</article>\n"
        )

    def _where(self, stand: str, hall: Phrase | None) -> str:
        sign = f'<span class="k-sign">{self._stand}{_safe(stand)}</span>' if stand else ""
        if hall:
            sign += f'<span class="k-hall"{self._lang(hall.language)}>{_safe(hall.text)}</span>'
        return f'<p class="k-stand">{sign}</p>' if sign else ""

    def _named(self, phrase: Phrase) -> str:
        return f"<span{self._lang(phrase.language)}>{_safe(phrase.text)}</span>"

    def _lang(self, language: str) -> str:
        return "" if language == self._language else f' lang="{_safe(language)}"'


def _image(picture: Picture) -> str:
    sizes = ""
    if picture.srcset:
        sizes = f' srcset="{_safe(picture.srcset)}" sizes="(max-width: 640px) 96px, 320px"'
    return (
        f'<img src="{_safe(picture.src)}"{sizes} alt="{_safe(picture.alt)}" width="320"'
        ' height="200" loading="lazy" decoding="async">'
    )


def _marked(pieces: Pieces) -> str:
    return "".join(
        f"<mark>{_safe(text)}</mark>" if found else _safe(text) for text, found in pieces
    )


def _safe(text: str) -> str:
    # A str again: Markup would escape what it is joined with anew.
    return str(escape(text))
