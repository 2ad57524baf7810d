"""Who else has put files into our packages, whose names are common words that an environment reserves for nobody.

Never: a check of what a file contains.
"""

from importlib import metadata

OURS = "manabi-pds"
PACKAGES = frozenset({"pds", "consent", "anonymiser", "federation", "portal", "cli"})


def strangers() -> dict[str, list[str]]:
    """Distributions of this environment, other than ours, that hold files in a package of ours; each with which."""
    found: dict[str, set[str]] = {}
    for distribution in metadata.distributions():
        name = distribution.metadata["Name"]
        held = {file.parts[0] for file in distribution.files or ()} & PACKAGES
        if held and name != OURS:
            found.setdefault(name, set()).update(held)
    return {name: sorted(held) for name, held in sorted(found.items())}
