"""What is said of a child's own changes: how many subjects rose or fell, and by how much. Never: another child."""

from collections.abc import Sequence

from portal.charts.drawing import Number
from portal.language import Words


def compared(words: Words, steps: Sequence[float]) -> str:
    """One sentence on the changes of some subjects, each above, below or at 0."""
    counts = {"count": len(steps), "up": sum(step > 0 for step in steps), "down": sum(step < 0 for step in steps)}
    if not steps:
        return words.say("くらべられる学期が、まだありません。")
    if counts["up"] and counts["down"]:
        return words.say("%(count)s教科のうち、%(up)s教科が上がり、%(down)s教科が下がりました。", **counts)
    if counts["up"]:
        return words.say("%(count)s教科のうち、%(up)s教科が上がりました。", **counts)
    if counts["down"]:
        return words.say("%(count)s教科のうち、%(down)s教科が下がりました。", **counts)
    return words.say("%(count)s教科とも、変わりませんでした。", **counts)


def difference(words: Words, before: Number | None, now: Number | None) -> str:
    """What a table says of two figures: +6, -4, 0, of the figures as they are shown; a dash where one is missing."""
    if before is None or now is None:
        return "–"
    step = round(now) - round(before)
    return f"+{words.number(step)}" if step > 0 else words.number(step)
