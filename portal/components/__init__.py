"""Templates in one language: the words, icons and macros that every page is put together from.

Here: the Jinja environment. Never: a page, a permit, data of a student.
"""

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from portal.components.assets import FILES, STATIC, asset
from portal.components.icons import icon, weather
from portal.language import vocabulary, words

__all__ = ["FILES", "STATIC", "environment", "icon"]


@cache
def environment(language: str) -> Environment:
    """The templates in a language, compiled once. Escapes everything; an unknown name is an error.

    Every template and macro knows `words`, `vocabulary`, `icon(name)` and `weather(name)`; `{% trans %}` speaks the
    language, in imported macros too.
    """
    speaker = words(language)
    made = Environment(
        loader=PackageLoader("portal"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    made.globals.update(asset=asset, words=speaker, vocabulary=vocabulary, icon=icon, weather=weather)
    made.install_gettext_translations(speaker.catalogue, newstyle=True)  # type: ignore[attr-defined]
    return made
