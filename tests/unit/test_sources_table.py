"""The table of stores in docs/sources.md says what the sources' modules say of themselves."""

from __future__ import annotations

from pathlib import Path

from northstar import sources
from northstar.app.source import KeyedSource

DOCS = Path(__file__).parents[2] / "docs" / "sources.md"


def table() -> dict[str, list[str]]:
    """Return the rows of the first table: what is told, and a cell for each store."""
    lines = DOCS.read_text().splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith("| | "))
    rows: dict[str, list[str]] = {}
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        name, *cells = (cell.strip() for cell in line.strip("|").split("|"))
        rows[name] = cells
    return rows


def test_every_source_has_its_column() -> None:
    """The columns are the sources, in their order."""
    assert table()["`source =`"] == [f'`"{name}"`' for name in sources.SOURCES]


def test_the_table_is_what_the_modules_say() -> None:
    """Each yes, no and number in the table equals the capability of the module."""
    rows = table()
    for column, name in enumerate(sources.SOURCES):
        told = sources.by_name(name).CAPABILITIES
        for row, capability in (
            ("stars", told.stars),
            ("time of day", told.time_of_day),
            ("removals", told.complete_list),
            ("edits", told.edits),
            ("the developer's reply", told.replies),
            ("key needed", told.needs_key),
        ):
            assert rows[row][column].split(",")[0] == ("yes" if capability else "no"), (name, row)
        days = f"the last {told.window.days} days" if told.window else ""
        assert days in rows["reach"][column], name


def test_what_start_up_knows_is_what_the_modules_say() -> None:
    """Which sources take a key, and which have store fronts, is known without loading them."""
    keyed = [name for name in sources.SOURCES if isinstance(sources.by_name(name), KeyedSource)]
    assert sorted(sources.KEYED) == sorted(keyed)
    fronts = zip(sources.SOURCES, table()["`country =`"], strict=True)
    told = {name for name, cell in fronts if cell != "none"} - {"file"}
    assert set(sources.WITH_STORE_FRONTS) == told
