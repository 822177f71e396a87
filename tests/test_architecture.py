"""What the layout promises."""

import ast
import re
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def imports(path: Path) -> set[str]:
    tree = ast.parse(path.read_text())
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    return names | {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module}


MODELS, DASHBOARD = (sorted((ROOT / building).rglob("*.py")) for building in ("models", "dashboard"))
ROOMS = [
    "parameters",
    "numerics",
    "laws",
    "worlds",
    "selection",
    "pressure",
    "steering",
    "notebook",
]  # each imports those before it
BLIND = [
    path for room in ("figures", "words", "literature") for path in sorted((ROOT / "dashboard" / room).glob("*.py"))
]
name_of = lambda path: str(path.relative_to(ROOT))  # noqa: E731


@pytest.mark.parametrize("path", MODELS, ids=name_of)
def test_models_know_no_screen_and_only_the_rooms_before(path: Path) -> None:
    known = imports(path)
    assert not {name for name in known if name.split(".")[0] in {"streamlit", "plotly", "dashboard"}}
    room = path.relative_to(ROOT / "models").parts[0].removesuffix(".py")
    if room in ROOMS:
        later = ROOMS[ROOMS.index(room) + 1 :]
        assert not {
            name for name in known if name.split(".")[:1] == ["models"] and name.split(".")[1:2] in [[x] for x in later]
        }


@pytest.mark.parametrize(
    "path", [*BLIND, ROOT / "dashboard/settings.py", ROOT / "dashboard/page/record.py"], ids=name_of
)
def test_figures_settings_and_words_know_no_streamlit(path: Path) -> None:
    assert not {name for name in imports(path) if name.startswith("streamlit")}


@pytest.mark.parametrize("path", [*MODELS, *DASHBOARD], ids=name_of)
def test_no_private_name_crosses_a_file(path: Path) -> None:
    """A name with an underscore is read in the file that makes it, and nowhere else."""
    tree = ast.parse(path.read_text())
    made = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    made |= {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    made |= {
        node.target.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Attribute)
    }
    read = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    read |= {a.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for a in node.names}
    assert not {name for name in read - made if re.match("_[a-z]", name)}


def test_imports_run_in_no_circle() -> None:
    """Even for types: the imports of every file, in an order in which each comes after what it needs."""
    graph = {}
    for path in [*MODELS, *DASHBOARD]:
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        graph[module] = {
            name for name in imports(path) if name.split(".")[0] in {"models", "dashboard"} and name != module
        }
    TopologicalSorter(graph).prepare()


def test_the_formatter_is_hardly_ever_told_to_skip() -> None:
    told = [path for path in ROOT.rglob("*.py") if ".venv" not in path.parts and "fmt: " + "skip" in path.read_text()]
    assert len(told) <= 5


def test_there_is_no_folder_that_streamlit_would_take_for_pages() -> None:
    assert not (ROOT / "dashboard/pages").exists()


def test_models_import_alone_in_a_notebook() -> None:
    check = "import sys, models; assert not {'streamlit', 'plotly'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", check], cwd=ROOT, check=True)


@pytest.mark.parametrize("command", [["check"], ["format", "--check"]], ids=" ".join)
def test_ruff_is_content(command: list[str]) -> None:
    subprocess.run([sys.executable, "-m", "ruff", *command, "."], cwd=ROOT, check=True)
