"""The portal's icons by name, each a few strokes on a 24 × 24 sheet. Never: a colour, a size, a word."""

from functools import lru_cache

from markupsafe import Markup

_PATHS = {
    "school": (
        '<path d="M4 20V10.5l8-5 8 5V20z"/><path d="M12 5.5V2.8h3.5"/><path d="M10 20v-5h4v5"/>'
        '<circle cx="12" cy="11.2" r="1.3"/>'
    ),
    "chevron": '<path d="m9 5.5 6.5 6.5L9 18.5"/>',
    "qr": (
        '<rect x="4" y="4" width="6.5" height="6.5" rx="1"/>'
        '<rect x="13.5" y="4" width="6.5" height="6.5" rx="1"/>'
        '<rect x="4" y="13.5" width="6.5" height="6.5" rx="1"/>'
        '<path d="M14 14h2.5v2.5M20 14v3.5M14 20h2.5M19.5 20h.5"/>'
    ),
    "passkey": (
        '<circle cx="9" cy="8.5" r="4"/><path d="M3 19.5c.5-3.4 2.7-5.4 6-5.4"/>'
        '<circle cx="16.5" cy="13" r="2.6"/><path d="M16.5 15.6v5M16.5 18h2.2"/>'
    ),
    "password": '<rect x="3.5" y="7.5" width="17" height="9" rx="2"/><path d="M7.7 12h.1M12 12h.1M16.3 12h.1"/>',
    "eye": (
        '<path d="M2.5 12S6 5.8 12 5.8 21.5 12 21.5 12 18 18.2 12 18.2 2.5 12 2.5 12z"/>'
        '<circle cx="12" cy="12" r="2.8"/>'
    ),
    "share": (
        '<circle cx="8" cy="8.5" r="3.2"/><path d="M2.8 19c.4-3.3 2.5-5 5.2-5s4.8 1.7 5.2 5"/>'
        '<path d="M15 8.5h6m-2.6-2.7L21 8.5l-2.6 2.7"/>'
    ),
    "again": '<path d="M19 12a7 7 0 1 1-2-4.9L19.5 9.5"/><path d="M19.5 4.5v5h-5"/>',
    "settings": (
        '<circle cx="12" cy="12" r="3"/>'
        '<path d="M12 3.5v3M12 17.5v3M3.5 12h3M17.5 12h3M6 6l2.1 2.1M15.9 15.9 18 18M18 6l-2.1 2.1M8.1 15.9 6'
        ' 18"/>'
    ),
    "leave": '<path d="M10 4.5H5v15h5"/><path d="M10 12h10m-3.5-3.5L20 12l-3.5 3.5"/>',
    "home": '<path d="M4 11.2 12 4.5l8 6.7"/><path d="M6 9.8V19h12V9.8"/><path d="M10 19v-5h4v5"/>',
    "pen": '<path d="m5 19 .8-3.8L16 5l3 3L8.8 18.2z"/><path d="m13.8 7.2 3 3"/>',
    "heart": '<path d="M12 19.8S4 15.3 4 9.5A4.2 4.2 0 0 1 12 7.6a4.2 4.2 0 0 1 8 1.9c0 5.8-8 10.3-8 10.3z"/>',
    "flag": '<path d="M6 21V4"/><path d="M6 5c4-2 8 2 12.5 0v8.5C14 15.5 10 11.5 6 13.5"/>',
    "sheet": '<path d="M6 3.8h9l3 3V20.2H6z"/><path d="M9 10h6M9 13.5h6M9 17h3.5"/>',
    "book": (
        ""
        '<path d="M12 6.5C10 5 7.5 4.5 4 4.7v13.6c3.5-.2 6 .3 8 1.7 2-1.4 4.5-1.9 8-1.7V4.7c-3.5-.2-6 .3-8'
        ' 1.8z"/>'
        '<path d="M12 6.5V20"/>'
    ),
    "palette": (
        ""
        '<path d="M12 4a8.2 8.2 0 1 0 0 16.4c1.6 0 1.9-1.3 1.3-2.3-.8-1.4 0-2.6 1.7-2.6H18c1.5 0 2.3-1'
        ' 2.3-3C20.3 7.5 16.7 4 12 4z"/>'
        '<path d="M8 11.5h.1M11 8.2h.1M15.3 8.8h.1M8.5 15.2h.1"/>'
    ),
    "filter": '<path d="M4 6h16M7 12h10M10 18h4"/>',
    "verified": (
        '<path d="M12 3.5 5 6v5.5c0 4.3 2.9 7.3 7 9 4.1-1.7 7-4.7 7-9V6z"/><path d="m8.8 12 2.3 2.3 4.2-4.5"/>'
    ),
    "move": (
        '<path d="M3.5 18v-5.5L7 9.6l3.5 2.9V18z"/><path d="M13.5 18v-5.5L17 9.6l3.5 2.9V18z"/>'
        '<path d="M7 5.5h9m-2.5-2.5 2.7 2.5L13.5 8"/>'
    ),
    "star": '<path d="m12 4 2.4 5.1 5.5.7-4 3.9 1 5.5-4.9-2.7-4.9 2.7 1-5.5-4-3.9 5.5-.7z"/>',
    "clock": '<circle cx="12" cy="12" r="8.5"/><path d="M12 7v5.3l3.3 2"/>',
    "trend": '<path d="M4 4v16h16"/><path d="m7.5 15 3.5-4 3 2.5L19 7.5"/>',
    "statistics": '<path d="M5 20v-6m5 6V9m5 11v-8m5 8V5"/>',
    "print": '<path d="M7 9V4h10v5"/><path d="M7 17H4V9h16v8h-3"/><path d="M7 14h10v6H7z"/>',
    "lock": '<rect x="5" y="10.5" width="14" height="9.5" rx="2"/><path d="M8 10.5V8a4 4 0 0 1 8 0v2.5"/>',
    "bell": '<path d="M6 16.5V11a6 6 0 0 1 12 0v5.5l1.5 1.5h-15z"/><path d="M10 20.5h4"/>',
    "done": '<circle cx="12" cy="12" r="8.5"/><path d="m8.2 12.3 2.6 2.6 5-5.4"/>',
    "plus": '<path d="M12 5v14M5 12h14"/>',
    "download": '<path d="M12 4v11m-4.5-4.3L12 15.2l4.5-4.5"/><path d="M5 19.5h14"/>',
    "close": '<path d="m6 6 12 12M18 6 6 18"/>',
    "info": '<circle cx="12" cy="12" r="8.5"/><path d="M12 11v5.5"/><path d="M12 7.7v.1"/>',
    "people": (
        '<circle cx="9" cy="8.5" r="3.2"/><path d="M3 19.5c.5-3.7 2.7-5.5 6-5.5s5.5 1.8 6 5.5"/>'
        '<path d="M15.5 5.6a3.2 3.2 0 0 1 0 5.9M17.5 14.3c2 .8 3.2 2.5 3.5 5.2"/>'
    ),
    "refused": '<circle cx="12" cy="12" r="8.5"/><path d="M6 6l12 12"/>',
    "failed": '<path d="M8.5 3.5h7l5 5v7l-5 5h-7l-5-5v-7z"/><path d="m9 9 6 6m0-6-6 6"/>',
    "question": (
        '<circle cx="12" cy="12" r="8.5"/><path d="M9.5 9.6a2.6 2.6 0 1 1 3.7 2.3c-.8.4-1.2.9-1.2 1.9"/>'
        '<path d="M12 16.8v.1"/>'
    ),
    "tick": '<path d="m5 12.5 4.5 4.5L19 7.5"/>',
    "receipt": '<path d="M6 3.5h12v17l-2-1.4-2 1.4-2-1.4-2 1.4-2-1.4-2 1.4z"/><path d="M9 8.5h6M9 12h6"/>',
    "board": (
        '<rect x="3.5" y="4.5" width="17" height="15" rx="2"/>'
        '<path d="M3.5 9.5h17M9.2 9.5v10M14.8 9.5v10M3.5 14.5h17"/>'
    ),
    "inbox": '<path d="M4 13.5 6.5 5h11L20 13.5V19H4z"/><path d="M4 13.5h4.5a3.5 3.5 0 0 0 7 0H20"/>',
    "warning": '<path d="M12 4 2.8 19.5h18.4z"/><path d="M12 10v4.5"/><path d="M12 17.2v.1"/>',
    "person": '<circle cx="12" cy="8" r="3.7"/><path d="M4.8 20c.6-4.2 3.4-6.2 7.2-6.2s6.6 2 7.2 6.2"/>',
    "calendar": '<rect x="4" y="5.5" width="16" height="14.5" rx="2"/><path d="M4 10h16M8.5 3.5v4M15.5 3.5v4"/>',
    "road": (
        '<path d="M7 20c0-4 9-4 9-8s-8-3.4-8-8"/><circle cx="7" cy="20" r="1.6"/>'
        '<circle cx="16" cy="12" r="1.6"/><circle cx="8" cy="4" r="1.6"/>'
    ),
    "offline": (
        '<path d="M4 4l16 16"/>'
        '<path d="M3.5 9.5c1.3-1.2 2.7-2.1 4.3-2.7M12 6c3.2 0 6.1 1.2 8.5 3.5M6.5 13c.9-.8 1.9-1.4 3-1.8M15'
        ' 11.4c.9.4 1.7.9 2.5 1.6M10 16.5a3 3 0 0 1 4 0"/>'
    ),
}
_WEATHER = {
    "sunny": (
        '<g class="wx-ray">'
        '<path d="M24 5v6M24 37v6M5 24h6M37 24h6M10.6 10.6l4.2 4.2M33.2 33.2l4.2 4.2M37.4 10.6l-4.2 4.2M14.8'
        ' 33.2l-4.2 4.2"/>'
        "</g>"
        '<circle class="wx-sun" cx="24" cy="24" r="9"/>'
    ),
    "partly_cloudy": (
        '<g class="wx-ray">'
        '<path d="M18 4.5v4M5.5 17h4M9.2 8.2l2.8 2.8M26.8 8.2 24 11"/>'
        "</g>"
        '<circle class="wx-sun" cx="18" cy="17" r="6.8"/>'
        '<path class="wx-cloud" d="M15 39a7.5 7.5 0 0 1-.6-15 10.5 10.5 0 0 1 20-1.2A8.2 8.2 0 0 1 34.5 39z"/>'
    ),
    "cloudy": ('<path class="wx-cloud" d="M13.5 37a8.5 8.5 0 0 1-.7-17 12 12 0 0 1 22.8-1.3A9.3 9.3 0 0 1 35.5 37z"/>'),
    "rainy": (
        '<path class="wx-cloud" d="M13.5 29a7.8 7.8 0 0 1-.6-15.6 11 11 0 0 1 21-1.2A8.5 8.5 0 0 1 34.5 29z"/>'
        '<path class="wx-drop" d="M16 34l-2.5 6M25 34l-2.5 6M34 34l-2.5 6"/>'
    ),
    "thunder": (
        '<path class="wx-cloud" d="M13.5 28a7.8 7.8 0 0 1-.6-15.6 11 11 0 0 1 21-1.2A8.5 8.5 0 0 1 34.5 28z"/>'
        '<path class="wx-bolt" d="M25.5 24 18 34.5h5.2L20.5 43.5 30 31.5h-5.4l3.2-7.5z"/>'
    ),
    "none": ('<circle class="wx-none" cx="24" cy="24" r="13"/>'),
}
ICONS = frozenset(_PATHS)
WEATHERS = frozenset(_WEATHER)


@lru_cache
def icon(name: str, more: str = "") -> Markup:
    """An icon, hidden from screen readers: the word stands beside it.

    Args:
        name: One of `ICONS`.
        more: A further class, such as "mk-way__go".

    Raises:
        KeyError: there is no such icon; a mistake of a template, found by its test.
    """
    classes = f"mk-icon {more}" if more else "mk-icon"
    drawing = Markup(_PATHS[name])  # noqa: S704  # a constant of this module
    return Markup('<svg class="{}" viewBox="0 0 24 24" aria-hidden="true" focusable="false">{}</svg>').format(
        classes, drawing
    )


def weather(name: str) -> Markup:
    """A picture of 心の天気, hidden from screen readers: the word stands beside it.

    Args:
        name: A value of `MoodWeather.weather`, or "none" for a day without an answer.

    Raises:
        KeyError: there is no such weather.
    """
    drawing = Markup(_WEATHER[name])  # noqa: S704  # a constant of this module
    return Markup('<svg class="mk-wx" viewBox="0 0 48 48" aria-hidden="true" focusable="false">{}</svg>').format(
        drawing
    )
