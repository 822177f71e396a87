"""The mutator mutates, and what it mutates is noticed."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest
from mutate import Mutant, Mutator, choose, drawn

SOURCE = '''
"""Of a module — 1 < 2."""
from math import log
__all__ = ["f"]
LABELS = {"α": "alpha", "β": "beta"}
@decorated(1)
class Record(Base[0]):
    """A class."""
    size: Optional[1] = knob(default=0.5, help="Nothing.", step=0.1)
    def f(self, μ: Literal["a"], flag: bool = True) -> Literal["b"]:
        """A function."""
        μ = max(μ, 0)
        first = 7
        if not flag and μ <= 3 or -μ in (1, 2):
            raise ValueError(f"μ = {μ + 1:.2f} “is” {log(μ)} too small")
        return np.minimum(μ, 2.0) ** self.g(μ, flag) if μ == 1e-9 else first
'''


def mutants() -> list[Mutant]:
    return Mutator("models/example.py", SOURCE).found


def test_every_mutant_is_another_program() -> None:
    assert len({mutant.applied(SOURCE) for mutant in mutants()}) == len(mutants()) > 30
    for mutant in mutants():
        assert mutant.differs(SOURCE), mutant
        assert mutant.applied(SOURCE).count("\n") == SOURCE.count("\n")


@pytest.mark.parametrize(
    "change",
    [
        "μ <= 3 → μ < 3",
        "μ <= 3 or → μ <= 3 and",
        "if not flag → if flag",
        "-μ in → μ in",
        "-μ in → -μ not in",
        "max(μ, 0) → min(μ, 0)",
        "max(μ, 0) → max(μ, 1)",
        "μ = max(μ, 0) → pass",
        "np.minimum → np.maximum",
        "** self → * self",
        "g(μ, flag) → g(flag, μ)",
        "{μ + 1 → {μ - 1",
        ":.2f → :.3f",
        "{log(μ) → {log1p(μ)",
        'f"μ = → f"xxμ =',
        "== 1e-9 → == 1e-06",
        '"α": "alpha", "β": "beta" → "α": "beta", "β": "alpha"',
        "= True → = False",
        "default=0.5 → default=0.55",
        "if μ == 1e-9 → if True",
    ],
)
def test_what_is_changed(change: str) -> None:
    before, after = change.split(" → ")
    assert any(before in x and after in y for x, y in (mutant.change.split(" → ") for mutant in mutants()))


def test_what_is_left_alone() -> None:
    for mutant in mutants():
        tree = ast.parse(mutant.applied(SOURCE))
        record = next(node for node in tree.body if isinstance(node, ast.ClassDef))
        field, method = record.body[1:]
        assert [ast.get_docstring(node) for node in (tree, record, method)] == [
            "Of a module — 1 < 2.",
            "A class.",
            "A function.",
        ]
        kept = [tree.body[1], tree.body[2], *record.decorator_list, *record.bases, field.annotation, method.returns]
        assert [ast.unparse(node) for node in (*kept, method.args.args[1].annotation)] == [
            "from math import log",
            "__all__ = ['f']",
            "decorated(1)",
            "Base[0]",
            "Optional[1]",
            "Literal['b']",
            "Literal['a']",
        ]
        assert ast.unparse(field.value).endswith(", help='Nothing.', step=0.1)") or mutant.function != "Record"
        assert "first = 7" in ast.unparse(method) or "first = 8" in ast.unparse(method)


def test_a_seed_gives_the_same_mutants() -> None:
    root = Path(__file__).parents[1]
    once, again, other = (drawn(root, "models", "models/numerics/normal.py", 20, seed) for seed in (1, 1, 2))
    assert once == again != other
    assert len(once) == 20


def test_the_tests_of_a_mutant_are_those_that_execute_it() -> None:
    mutant = next(mutant for mutant in mutants() if "max" in mutant.change)
    ran = {"passed": True, "serves": False, "lines": {mutant.path: [mutant.first]}}
    tests = {f"t.py::{name}": ran | {"seconds": s} for name, s in (("a[0]", 3), ("a[1]", 1), ("a[2]", 2), ("b", 9))}
    tests["t.py::c"] = ran | {"seconds": 0, "lines": {}}
    assert [name[6:] for name in choose(mutant, {}, tests)] == ["a[1]", "b", "a[2]", "a[0]"]


TINY = {
    "models/tiny.py": "def clip(x, low):\n    if x < low:\n        x = low\n    return x\n",
    "dashboard/word.py": 'def word():\n    return "seen"\n\n\ndef other():\n    return "unseen"\n',
    "tests/test_tiny.py": "from models.tiny import clip\nfrom dashboard.word import word\n\n\n"
    "def test_clip():\n    assert clip(1, 2) == 2\n    assert clip(3, 2) == 3\n\n\n"
    'def test_word():\n    assert word() == "seen"\n\n\ndef test_fails():\n    assert clip(1, 2) == 1\n',
    "tests/equivalent_mutants.txt": "# of tiny\n\nmodels/tiny.py:2 | clip | if x < low: → if x <= low: | the same at x = low\n",
    "pyproject.toml": '[tool.pytest.ini_options]\npythonpath = ["."]\nmarkers = ["browser"]\n',
}


def test_a_bug_is_killed_what_no_test_reaches_survives_and_an_equivalent_is_not_counted(tmp_path: Path) -> None:
    for name, text in TINY.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    command = [sys.executable, str(Path(__file__).with_name("mutate.py")), "--root", str(tmp_path)]
    done = subprocess.run([*command, "--map", str(tmp_path / "map")], capture_output=True, text=True, check=False)
    lines = {line.split(" | ")[2]: line for line in done.stdout.splitlines() if " | " in line}
    assert "left out, for it fails already: tests/test_tiny.py::test_fails" in done.stdout
    assert "killed by tests/test_tiny.py::test_clip" in lines["if x < low: → if False:"]
    assert "killed by tests/test_tiny.py::test_word" in lines['return "seen" → return "xxseen"']
    assert "SURVIVED 0 of 0 tests" in lines['return "unseen" → return None']
    assert lines["if x < low: → if x <= low:"].endswith("| equivalent")
    assert "models: 100.0% of 4 killed; the target is 95%" in done.stdout
    assert "dashboard: 50.0% of 4 killed; the target is 90%" in done.stdout
    assert done.returncode == 1
