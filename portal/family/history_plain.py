"""A record of a kind for which no page has words of its own: by the names its module gives its fields and codes.

Never: a field without a name (`Called`), a code where the kind has a word for it.
"""

from datetime import date, datetime
from decimal import Decimal

from pds.records import Called, Record, called
from portal.language import Words, phrase

_YES_NO = {True: phrase("はい"), False: phrase("いいえ")}


def told(words: Words, record: Record) -> tuple[str, str]:
    """The first named field that was given, by its value alone, and the others with their names; "" where none is."""
    given = [
        (words.name(named.name), text)
        for name, named in called(type(record)).items()
        if (text := said_value(words, named, getattr(record, name)))
    ]
    first = given[0][1] if given else ""
    rest = [words.say("%(name)s:%(value)s", name=name, value=text) for name, text in given[1:]]
    return first, words.say("、").join(rest)


def said_value(words: Words, named: Called, value: object) -> str:
    """A field's value as people write it; "" for one that was not given, or holds parts of its own."""
    text = ""
    match value:
        case bool():
            text = words.say(_YES_NO[value])
        case int() | Decimal():
            text = figure(words, Decimal(value))
        case datetime():
            text = words.full_moment(value)
        case date():
            text = words.full_day(value)
        case str():
            text = words.name(named.codes[value]) if value in named.codes else value
        case tuple():
            text = words.say("、").join(part for item in value if (part := said_value(words, named, item)))
    return text


def figure(words: Words, value: Decimal) -> str:
    """A number with as many decimals as it has."""
    exponent = value.normalize().as_tuple().exponent
    return words.number(value, max(0, -exponent) if isinstance(exponent, int) else 0)
