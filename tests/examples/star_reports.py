"""Made-up reports of a replay, for the tests of the page. Never: a figure that a run produced."""

from examples.star.report import CLASS_TYPES, GRADES, Effect, Report


def effect(exact: float, estimate: float, half_width: float = 15.0) -> Effect:
    return {
        "exact": exact,
        "local": {"estimate": estimate, "low": estimate - half_width, "high": estimate + half_width},
    }


def made_up() -> Report:
    """Only grade 1, small, leaves zero out, and every interval holds the exact effect."""
    effects = iter([
        effect(12.31, 9.47), effect(1.13, -7.72), effect(28.64, 33.85), effect(10.93, 8.26),
        effect(18.52, 14.38), effect(4.79, 6.67), effect(16.41, 11.22), effect(-0.84, -12.59),
    ])  # fmt: skip
    return {
        "pupils": 11_597,
        "schools": 79,
        "systems": 41,
        "records": 75_432,
        "transfers_done": 473,
        "transfers_failed": 6,
        "epsilon_spent_max": 0.999999,
        "epsilon_lifetime_max": 3.5,
        "seconds": 321.67,
        "peak_rss_mb": 456.78,
        "years": {grade: {kind: next(effects) for kind in CLASS_TYPES} for grade in GRADES},
    }
