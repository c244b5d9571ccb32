"""People's descriptions, which may be light Markdown, as safe HTML."""

import re
from functools import cache, lru_cache

from markdown_it import MarkdownIt
from markupsafe import Markup


@cache
def _parser() -> MarkdownIt:
    # "zero" turns every rule off; HTML, pictures, headings and tables stay off.
    parser = MarkdownIt("zero", {"html": False, "linkify": False})
    return parser.enable(
        ["paragraph", "list", "emphasis", "link", "newline", "escape", "blockquote", "backticks"]
    )


def to_html(text: str) -> Markup:
    """Paragraphs, lists, emphasis and https links; everything else is shown as it was typed."""
    parser = _parser()
    tokens = parser.parse(text)
    for token in tokens:
        for child in token.children or ():
            if child.type == "link_open":
                child.attrSet("rel", "nofollow noopener noreferrer")
                child.attrSet("target", "_blank")
                if not str(child.attrGet("href") or "").startswith("https://"):
                    child.attrs.pop("href", None)
    return Markup(parser.renderer.render(tokens, parser.options, {}))


# The texts of the cards that are on most visitors' screens.
@lru_cache(maxsize=2000)
def to_plain(text: str) -> str:
    """The same text without its marks, on one line: for the two lines of a card."""
    without_links = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)
    lines = (re.sub(r"^\s*(?:[-*+>#]+|\d+[.)])\s+", "", line) for line in without_links.split("\n"))
    return " ".join(" ".join(lines).replace("**", "").replace("`", "").split())
