"""Everything is shown as `snapshot.txt` holds it; `python tests/snapshot.py` writes it anew."""

import pytest
from snapshot import FILE, everything, heading

KEPT = dict.fromkeys(FILE.read_text().split("\n"))
EVERYTHING = everything()


def as_kept(line: str) -> str:
    """The kept line with the same words, and the same numbers to what five digits allow; `line` itself if there is none."""
    words, about, numbers = line.rpartition(" ~ ")
    if line in KEPT or not about:
        return line
    now = pytest.approx([float(number) for number in numbers.split()], rel=2e-4, abs=1e-6, nan_ok=True)
    near = (kept for kept in KEPT if kept.rpartition(" ~ ")[0] == words)
    return next((kept for kept in near if [float(number) for number in kept[len(words) + 3 :].split()] == now), line)


@pytest.mark.parametrize("name", EVERYTHING)
def test_it_is_as_it_was(name: str) -> None:
    lines = [as_kept(line) for line in EVERYTHING[name]()]
    assert [line for line in lines if line not in KEPT] == []
    told = f"lines are gone or moved; python tests/snapshot.py {name!r} prints all there are"
    assert heading(name, lines) in KEPT, told


def test_nothing_is_kept_that_is_no_longer_shown() -> None:
    headings = [line.removeprefix("== ") for line in KEPT if line.startswith("== ")]
    assert [line.rpartition(": ")[0] for line in headings] == list(EVERYTHING)
