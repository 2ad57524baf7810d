from pathlib import Path

from tests.world.prefecture import Prefecture, score_record


def contents(folder: Path) -> dict[Path, bytes]:
    """All files below a folder."""
    return {file.relative_to(folder): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_what_a_test_does_to_its_prefecture_reaches_no_other(built_prefecture: Path, prefecture: Prefecture) -> None:
    built = contents(built_prefecture)
    assert prefecture.hikari.node.folder.name in {file.parts[0] for file in built}
    prefecture.hikari.admit("kaede")
    prefecture.hikari.write("kaede", score_record(prefecture.hikari))
    assert contents(built_prefecture) == built
    assert contents(prefecture.hikari.node.folder) != contents(built_prefecture / prefecture.hikari.node.folder.name)
