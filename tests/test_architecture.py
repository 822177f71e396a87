"""What the layout promises."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def imports(path: Path) -> set[str]:
    tree = ast.parse(path.read_text())
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    return names | {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module}


@pytest.mark.parametrize("path", sorted((ROOT / "models").glob("*.py")), ids=lambda path: path.name)
def test_models_know_no_screen(path: Path) -> None:
    assert not {name for name in imports(path) if name.split(".")[0] in {"streamlit", "plotly", "dashboard"}}


@pytest.mark.parametrize("name", ["figures", "formulas", "published", "settings", "small_multiples", "text", "words"])
def test_figures_settings_and_words_know_no_streamlit(name: str) -> None:
    assert not {name for name in imports(ROOT / f"dashboard/{name}.py") if name.startswith("streamlit")}


def test_models_import_alone_in_a_notebook() -> None:
    check = "import sys, models; assert not {'streamlit', 'plotly'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", check], cwd=ROOT, check=True)


@pytest.mark.parametrize("command", [["check"], ["format", "--check"]], ids=" ".join)
def test_ruff_is_content(command: list[str]) -> None:
    subprocess.run([sys.executable, "-m", "ruff", *command, "."], cwd=ROOT, check=True)
