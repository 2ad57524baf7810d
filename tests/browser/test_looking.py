"""The rules that every page is held to find what they look for."""

from tests.browser.looking import complaints
from tests.browser.served import Served

_SPOIL = """() => {
  document.querySelector('main').innerHTML += '<h1>two</h1><h4>deep</h4><img src="/none.png"><p id="w">w</p>'
    + '<button id="b">b</button><p id="faint">faint</p><p id="phone">faint on a phone</p>';
  const sheet = new CSSStyleSheet();
  sheet.replaceSync('#faint { color: #ddd } @media (max-width: 600px) { #phone { color: #ddd } }');
  document.adoptedStyleSheets.push(sheet);
  document.querySelector('#w').style.width = '1500px';
  document.querySelector('#b').style.cssText = 'width: 20px; height: 20px; padding: 0';
  document.title = '青山';
  const script = document.createElement('script');
  script.textContent = '1';
  document.body.append(script);
}"""


def test_a_page_with_every_mistake_is_told_each_of_them(stocked: Served) -> None:
    with stocked.visitor() as window:
        window.open("/about/help")
        window.page.evaluate(_SPOIL)
        found = "\n".join(complaints(window, "en"))
    for mistake in (
        "<html lang> is not en",
        "2 h1",
        "h4 follows h1",
        "the title says 青山",
        "the page is wider than the window",
        "axe image-alt",
        "1280: axe color-contrast: Elements must meet minimum color contrast ratio thresholds: #faint\n",
        "390: axe color-contrast: Elements must meet minimum color contrast ratio thresholds: #phone\n",
        "small target BUTTON b 20x20",
        "policy: script-src",
        "404",
    ):
        assert mistake in found, mistake
