"""Components keep their promises: whole markup, labels in every cell, errors tied to their fields, nothing inline."""

import gzip
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from jinja2 import UndefinedError

from portal.components import environment
from portal.components.icons import ICONS, icon, weather
from tests.portal.gallery import page

STATIC = Path(__file__).parents[3] / "portal" / "static"
VOID = {"input", "meta", "link", "br"}
HOSTILE = "\"><script>alert(1)</script>' onload='x"


class Tree(HTMLParser):
    """Checks that elements close in order, and keeps them with their attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self._open: list[str] = []
        self.feed(text)
        assert not self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def all(self, tag: str) -> list[dict[str, str]]:
        """The attributes of all elements of a name."""
        return [known for name, known in self.elements if name == tag]


def macro(file: str, name: str, *arguments: object, language: str = "ja", **more: object) -> str:
    module = environment(language).get_template(f"components/{file}.html").module
    return str(getattr(module, name)(*arguments, **more))


@pytest.fixture(scope="module", params=["ja", "en"])
def gallery(request: pytest.FixtureRequest) -> Tree:
    return Tree(page(request.param))


def test_every_component_is_whole_and_has_nothing_inline(gallery: Tree) -> None:
    for name, known in gallery.elements:
        assert name != "style"
        assert "style" not in known
        assert not [key for key in known if key.startswith("on")]
        assert not known.get("href", "").startswith("javascript")
        assert name != "script" or known.get("src")


def test_every_identifier_is_used_once_and_every_reference_has_its_target(gallery: Tree) -> None:
    ids = [known["id"] for _, known in gallery.elements if "id" in known]
    assert len(ids) == len(set(ids)), sorted(it for it in set(ids) if ids.count(it) > 1)
    for _, known in gallery.elements:
        for key in ("aria-labelledby", "aria-describedby", "for"):
            assert set(known.get(key, "").split()) <= set(ids), known


def test_every_field_has_a_label(gallery: Tree) -> None:
    labelled = {known["for"] for known in gallery.all("label") if "for" in known}
    for tag in ("input", "select", "textarea"):
        for known in gallery.all(tag):
            inside_a_label = known.get("type") in {"radio", "checkbox", "hidden"}
            assert inside_a_label or known["id"] in labelled, known


def test_every_picture_beside_a_word_is_hidden_from_screen_readers(gallery: Tree) -> None:
    assert all(known.get("aria-hidden") == "true" or known.get("role") == "img" for known in gallery.all("svg"))


def test_every_cell_of_a_stacked_table_carries_its_label() -> None:
    tree = Tree(macro("tables", "stacked", "c", ["a", "b", ("n", "num")], [("x", "y", 3), ("v", "w", 4)]))
    assert [known["data-label"] for known in tree.all("td")] == ["b", "n", "b", "n"]


def test_what_is_wrong_with_a_field_is_tied_to_it_and_its_value_kept() -> None:
    tree = Tree(macro("forms", "field", "e1", "until", "l", value="x", error="wrong", help="help"))
    known = tree.all("input")[0]
    assert known["aria-invalid"] == "true"
    assert known["aria-describedby"] == "e1-e e1-h"
    assert known["value"] == "x"
    assert {"e1-e", "e1-h"} <= {it.get("id") for it in tree.all("p")}


def test_a_password_is_never_sent_back() -> None:
    assert "secret" not in macro("forms", "field", "p", "password", "l", "password", value="secret")


def test_the_summary_of_errors_counts_them_and_leads_to_them() -> None:
    text = macro("forms", "error_summary", [("a", "one"), ("b", "two")])
    assert "2か所" in text
    assert 'role="alert"' in text
    assert [known["href"] for known in Tree(text).all("a")] == ["#a", "#b"]
    assert not macro("forms", "error_summary", []).strip()


def test_no_permission_does_not_say_whether_the_record_exists() -> None:
    text = macro("basics", "no_permission", "#ask", "許可をお願いする")
    assert "記録されました" in text
    assert not re.search("存在|ありません|見つかり", text)


@pytest.mark.parametrize(
    ("file", "name", "arguments"),
    [
        ("basics", "badge", ("ok", HOSTILE)),
        ("basics", "prov", (HOSTILE, HOSTILE, "ok", HOSTILE)),
        ("basics", "head", (HOSTILE, HOSTILE, HOSTILE)),
        ("basics", "link_button", (HOSTILE, HOSTILE)),
        ("basics", "definitions", ([(HOSTILE, HOSTILE)],)),
        ("forms", "field", (HOSTILE, HOSTILE, HOSTILE, "text", HOSTILE, HOSTILE, HOSTILE)),
        ("forms", "select", ("a", "b", HOSTILE, [(HOSTILE, HOSTILE)], HOSTILE)),
        ("tables", "stacked", (HOSTILE, [HOSTILE, HOSTILE], [(HOSTILE, HOSTILE)])),
        ("shell", "kids", ([(HOSTILE, HOSTILE, HOSTILE, True)],)),
        ("shell", "account", (HOSTILE, [(HOSTILE, "home", HOSTILE)], HOSTILE, {HOSTILE: HOSTILE})),
        ("shell", "seen", (HOSTILE, HOSTILE)),
        ("family", "log_entry", (*[HOSTILE] * 6, "ok", HOSTILE, HOSTILE, HOSTILE, HOSTILE)),
        ("family", "entry", ("test", *[HOSTILE] * 6, "ok", HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE)),
        ("school", "sent", ([(HOSTILE, HOSTILE, "ok", HOSTILE)],)),
        ("study", "reading", ([HOSTILE],)),
    ],
)
@pytest.mark.parametrize("language", ["ja", "en"])
def test_a_hostile_text_stays_text(file: str, name: str, arguments: tuple[object, ...], language: str) -> None:
    tree = Tree(macro(file, name, *arguments, language=language))
    assert not tree.all("script")
    assert not [key for _, known in tree.elements for key in known if key.startswith("on")]


def test_a_template_that_misses_a_value_fails_loudly() -> None:
    with pytest.raises(UndefinedError):
        environment("ja").from_string("{{ nobody_gave_this }}").render()


def test_the_switch_offers_both_languages_each_in_its_own_words() -> None:
    for language in ("ja", "en"):
        text = macro("shell", "view_options", "/language", {"token": "t"}, language=language)
        tree = Tree(text)
        assert 'method="post"' in text
        assert [known["value"] for known in tree.all("input")] == ["t", "ja", "en"]
        assert [known["value"] for known in tree.all("input") if "checked" in known] == [language]
        assert [known["lang"] for known in tree.all("span") if "lang" in known] == ["ja", "en"]


def test_signing_out_is_a_form_and_not_a_link() -> None:
    tree = Tree(macro("shell", "account", "名前", [], "/sign-out", {"token": "t"}))
    assert [(known["action"], known["method"]) for known in tree.all("form")] == [("/sign-out", "post")]


def test_the_bar_about_the_session_is_hidden_until_it_is_due() -> None:
    assert " hidden" in macro("shell", "session_bar", 1800, "/e", "/o", "/a")
    assert " hidden" not in macro("shell", "session_bar", 200, "/e", "/o", "/a")


def test_an_icon_that_does_not_exist_is_a_mistake() -> None:
    assert all('aria-hidden="true"' in icon(name) for name in ICONS)
    with pytest.raises(KeyError):
        icon("no such icon")
    with pytest.raises(KeyError):
        weather("no such weather")


def test_the_stylesheet_has_no_colour_of_its_own_and_asks_nobody_else() -> None:
    text = (STATIC / "portal.css").read_text()
    assert not re.search(r"#[0-9a-fA-F]{3,8}\b(?![^{]*\{)", re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL))
    for file in STATIC.iterdir():
        assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)", file.read_text()) or file.suffix == ".txt", (
            file.name
        )
    assert "@import" not in text
    assert "url(" not in text


def test_every_class_of_a_component_has_its_style() -> None:
    styles = (STATIC / "portal.css").read_text()
    plain = {"mk-cal__m", "mk-chart--lines", "mk-chart--radar", "mk-filter__kind", "mk-log__what", "mk-seen__n"}
    used = {name for _, known in Tree(page("ja")).elements for name in known.get("class", "").split()}
    assert not {name for name in used - plain if f".{name}" not in styles}


def test_stylesheets_script_and_icon_leave_room_for_the_page() -> None:
    size = sum(len(gzip.compress(file.read_bytes())) for file in STATIC.iterdir() if file.suffix != ".txt")
    assert size < 40_000


def test_the_tokens_come_with_their_licence() -> None:
    assert "MIT License" in (STATIC / "LICENSE-design-tokens.txt").read_text()
    assert "--color-primitive-light-blue-900" in (STATIC / "tokens.css").read_text()
