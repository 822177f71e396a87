"""The README's notebook, line by line: it runs, and says what comes out."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
CODE = re.search(r"^In a notebook.*?^```python\n(.*?)^```$", (ROOT / "README.md").read_text(), re.M | re.S)[1]
NUMBER = re.compile(r"-?\d+(\.\d+)?")


def test_every_number_beside_a_line_is_what_the_line_gives() -> None:
    names: dict[str, object] = {}
    compared = 0
    for node in ast.parse(CODE).body:
        source = ast.get_source_segment(CODE, node)
        if not isinstance(node, ast.Expr):
            exec(source, names)
            continue
        value, said = eval(source, names), CODE.splitlines()[node.end_lineno - 1].partition("  # ")[2]
        if said.startswith("BestOfN("):
            assert repr(value).startswith(said.removesuffix("…"))
        elif NUMBER.match(said):
            shown = [found[0] for found in NUMBER.finditer(re.split("[:;]", said)[0])]
            for text, number in zip(shown, np.atleast_1d(value), strict=True):
                assert f"{number:.{len(text.partition('.')[2])}f}" == text, source
                compared += 1
    assert compared == 11


def test_it_is_as_short_as_it_should_be() -> None:
    assert len(CODE.splitlines()) <= 30


def test_another_folder_needs_only_the_path(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "import models; models.BestOfN(64)"]
    subprocess.run(command, cwd=tmp_path, env={"PYTHONPATH": str(ROOT)}, check=True)
