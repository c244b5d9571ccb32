"""Records to escaped HTML, by the same templates for the screens and for the light pages."""

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from ui.address import link
from ui.markdown import to_html
from ui.repeated import Repeated
from ui.text import NATIVE_NAMES, SHORT_NAMES, speech

TEMPLATES = Path(__file__).parent / "templates"


@cache
def _environment(language: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=["jinja2.ext.i18n"],
    )
    words = speech(language)
    environment.install_gettext_translations(  # type: ignore[attr-defined]
        words.translations, newstyle=True
    )
    environment.globals.update(
        language=language,
        link=link,
        native_names=NATIVE_NAMES,
        short_names=SHORT_NAMES,
        repeated=Repeated(language, words.say),
    )
    environment.filters["markdown"] = to_html
    return environment


class Drawn(Markup):
    """HTML as it shall be sent."""

    def _repr_html_(self) -> str:
        # By this name Streamlit asks for it, and takes it as it is: it would look at the indents of
        # a text, which took as long as everything else it does with one.
        return str(self)


def draw(template: str, language: str, **values: object) -> Drawn:
    """A template filled in; every value is escaped unless it is Markup already."""
    return Drawn(_environment(language).get_template(template).render(**values))
