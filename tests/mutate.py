"""Change `models/` and `dashboard/` at one point at a time, and see whether a test notices.

    python tests/mutate.py [--seed N] [--count N] [--only models|dashboard|PATH] [--jobs 2] [--list] [--map FILE]

Draws `count` mutants of each building, uniformly: turned comparisons, arithmetic and conditions, other numbers, strings
and precisions, sister functions (min ↔ max, log ↔ log1p), arguments and dictionary values swapped, statements and minus
signs removed, None returned. Left alone: docstrings, annotations, imports, decorators, base classes, `__all__`,
`help`, `step` and `strict` arguments, and first assignments, without which a name is unknown.

A mutant runs, in a copy of the tree, the tests that execute its statement or, where that runs on import, those that
execute anything of its file and then the rest, until one fails: first the cheapest of each test function and all that the
snapshot keeps, then the second of each, and so on. Browser tests, those of the layout and of this script are left out.
What hangs is killed. Mutants that change nothing anyone could notice are named in `equivalent_mutants.txt`, a line each,
“path | function | original → mutated | why”, and not counted. Exits with 1 where a share is below its target.

Takes 3 to 4 minutes to learn which test executes what (kept in the temporary directory until a file changes), and then
some 5 seconds per mutant, on two cores: 2 where a test fails, up to two minutes where none does.
"""

import argparse
import ast
import hashlib
import importlib
import itertools
import json
import multiprocessing
import os
import py_compile
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from _pytest.runner import runtestprotocol

HERE = Path(__file__).resolve().parent
EQUIVALENT = "tests/equivalent_mutants.txt"
TARGETS = {"models": 0.95, "dashboard": 0.90}
LEFT_OUT = tuple(f"tests/test_{name}.py" for name in ("browser", "connection", "screens", "architecture", "mutate"))
SNAPSHOT = "tests/test_snapshot.py"
LONGEST = 250.0  # seconds that the tests of a mutant take together, when each starts from nothing
HANGS = 15  # seconds that nothing takes: the alarm, beside five times what a test takes
PRELOADED = (
    "numpy",
    "scipy.integrate",
    "scipy.optimize",
    "scipy.special",
    "scipy.stats",
    "mpmath",
    "pandas",
    "pyarrow",
    "plotly.graph_objects",
    "streamlit.testing.v1",
    "streamlit.web.bootstrap",
    "starlette.routing",
)
FORK = multiprocessing.get_context("fork")

OPERATORS = {
    ast.Lt: ("<", "<="),
    ast.LtE: ("<=", "<"),
    ast.Gt: (">", ">="),
    ast.GtE: (">=", ">"),
    ast.Eq: ("==", "!="),
    ast.NotEq: ("!=", "=="),
    ast.In: ("in", "not in"),
    ast.NotIn: ("not in", "in"),
    ast.Is: ("is", "is not"),
    ast.IsNot: ("is not", "is"),
    ast.Add: ("+", "-"),
    ast.Sub: ("-", "+"),
    ast.Mult: ("*", "/"),
    ast.Div: ("/", "*"),
    ast.Pow: ("**", "*"),
    ast.FloorDiv: ("//", "/"),
    ast.Mod: ("%", "*"),
    ast.BitAnd: ("&", "|"),
    ast.BitOr: ("|", "&"),
    ast.And: ("and", "or"),
    ast.Or: ("or", "and"),
}
PAIRS = (
    "min max",
    "minimum maximum",
    "log log1p",
    "exp expm1",
    "any all",
    "floor ceil",
    "argmin argmax",
    "zeros ones",
    "zeros_like ones_like",
    "sinh cosh",
    "logical_and logical_or",
)
SISTERS = {a: b for pair in PAIRS for a, b in (pair.split(), pair.split()[::-1])}
SYMMETRIC = {"min", "max", "minimum", "maximum", "logaddexp", "isclose", "allclose", "hypot", "isinstance", "getattr"}

Edit = tuple[int, int, str]  # the characters from … to … become …


# ── mutants ──


@dataclass(frozen=True)
class Mutant:
    """One edit of `path`, in a statement on the lines from `first` to `last` of `function`."""

    path: str
    function: str
    line: int
    first: int
    last: int
    edit: Edit
    change: str

    @property
    def name(self) -> str:
        return f"{self.path} | {self.function} | {self.change}"

    def __str__(self) -> str:
        return f"{self.path}:{self.line} | {self.function} | {self.change}"

    def applied(self, source: str) -> str:
        start, end, new = self.edit
        return source[:start] + new + source[end:]

    def differs(self, source: str) -> bool:
        """Whether it is another program, and one at all."""
        try:
            return ast.dump(ast.parse(self.applied(source))) != ast.dump(ast.parse(source))
        except SyntaxError:
            return False


def other_number(value: float) -> float:
    """A number that matters: one more of what is counted, a tenth more of a size, far more of a tolerance."""
    if isinstance(value, int):
        return value + 1 if value < 100 else 2 * value
    if abs(value) >= 100 or 0 < abs(value) < 1e-3:
        return float(f"{1000 * value:.3g}")
    return value + 1.0 if value == int(value) else float(f"{1.1 * value:.3g}")


class Mutator:
    """All mutants of one module, in `found`."""

    def __init__(self, path: str, source: str) -> None:
        self.path, self.source, self.found = path, source, []
        self.rows = source.split("\n")
        self.starts = list(itertools.accumulate((len(row) + 1 for row in self.rows), initial=0))
        self.walk(ast.parse(source), (), (1, 1), set())

    def span(self, node: ast.AST) -> tuple[int, int]:
        """The characters of `node`, whose columns `ast` counts in bytes."""
        places = (node.lineno, node.col_offset), (node.end_lineno, node.end_col_offset)
        start, end = (self.starts[row - 1] + len(self.rows[row - 1].encode()[:at].decode()) for row, at in places)
        return start, end

    def text(self, node: ast.AST) -> str:
        return self.source[slice(*self.span(node))]

    def walk(self, node: ast.AST, scope: tuple[str, ...], lines: tuple[int, int], known: set[str]) -> None:
        """Find the mutants in `node`; `known` are the names that have a value before it."""
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            scope = (*scope, node.name)
            known = {argument.arg for argument in ast.walk(node) if isinstance(argument, ast.arg)}
        if isinstance(node, ast.stmt):  # of a compound statement, its head
            body = getattr(node, "body", getattr(node, "cases", None))
            inner = getattr(body[0], "lineno", node.lineno + 1) if body else node.end_lineno + 1
            lines = (node.lineno, max(node.lineno, inner - 1))
        for start, end, new in self.edits(node, known):
            line, function = self.source.count("\n", 0, start) + 1, ".".join(scope) or "module"
            edit = (start, end, new)
            self.found.append(Mutant(self.path, function, line, *lines, edit, self.change(*edit)))
        for child in self.parts(node):
            self.walk(child, scope, lines, known)
        if isinstance(node, ast.stmt):
            known |= _stored(node)

    def parts(self, node: ast.AST) -> Iterator[ast.AST]:
        """The children of `node` that may be changed."""
        if isinstance(node, ast.FormattedValue):
            with suppress(SyntaxError):  # before Python 3.12 some places inside f-strings are wrong
                if ast.dump(ast.parse(f"({self.text(node.value)})", mode="eval").body) == ast.dump(node.value):
                    yield node.value
            return
        for name, value in ast.iter_fields(node):
            if name in ("annotation", "returns", "decorator_list", "bases", "type_params"):
                continue
            for child in value if isinstance(value, list) else [value]:
                match child:
                    case ast.Import() | ast.ImportFrom() | ast.Expr(value=ast.Constant()):
                        pass
                    case ast.keyword(arg="help" | "step" | "strict"):
                        pass
                    case ast.Assign(targets=[ast.Name(id="__all__" | "help")]):
                        pass
                    case ast.keyword(arg="axis", value=ast.UnaryOp(operand=axis)):  # often the last is also the second
                        yield axis
                    case ast.If(test=ast.Name(id="TYPE_CHECKING") | ast.Compare(left=ast.Name(id="__name__"))):
                        pass
                    case ast.AST() if not (isinstance(node, ast.JoinedStr) and isinstance(child, ast.Constant)):
                        yield child

    def edits(self, node: ast.AST, known: set[str]) -> Iterator[Edit]:
        """Every way to change `node` itself."""
        match node:
            case ast.Compare():
                terms = [node.left, *node.comparators]
                for left, op, right in zip(terms, node.ops, terms[1:], strict=False):
                    yield from self.operator(left, op, right)
            case ast.BoolOp():
                for left, right in itertools.pairwise(node.values):
                    yield from self.operator(left, node.op, right)
            case ast.BinOp(left=left, right=right) if not any(map(_is_string, (left, right))):
                yield from self.operator(left, node.op, right)
            case ast.UnaryOp(op=ast.Not() | ast.USub()):
                start = self.span(node)[0]
                yield start, start + (1 if isinstance(node.op, ast.USub) else 3), ""
            case ast.Constant(value=bool() as value):
                yield *self.span(node), str(not value)
            case ast.Constant(value=int() | float() as value):
                yield *self.span(node), repr(other_number(value))
            case ast.Constant(value=str()) | ast.JoinedStr():
                start, text = self.span(node)[0], self.text(node)
                opened = start + re.match(r"""\w*("{3}|'{3}|"|')""", text).end()
                yield opened, opened, "xx"
                for found in re.finditer(r"(?<=\.)\d(?=[feg%]\})", text if isinstance(node, ast.JoinedStr) else ""):
                    yield start + found.start(), start + found.end(), str(int(found[0]) + 1)
            case ast.If(test=test) | ast.IfExp(test=test) | ast.match_case(guard=ast.expr() as test):
                yield from ((*self.span(test), value) for value in ("True", "False"))
            case ast.comprehension():
                yield from ((*self.span(test), "True") for test in node.ifs)
            case ast.Return(value=ast.expr() as value):
                yield *self.span(value), "None"
            case ast.Name(id=name, ctx=ast.Load()) | ast.Attribute(attr=name, ctx=ast.Load()) if name in SISTERS:
                end = self.span(node)[1]
                yield end - len(name), end, SISTERS[name]
            case ast.Dict():
                pairs = zip(node.keys, node.values, strict=True)
                for (key, value), (other_key, other) in itertools.pairwise(pairs):
                    if key is not None and other_key is not None:
                        yield self.swapped(value, other)
            case ast.Raise() | ast.Continue() | ast.Break() | ast.AugAssign() | ast.Expr(value=ast.Call()):
                yield *self.span(node), "pass"
            case ast.Assign() if _stored(node) <= known:
                yield *self.span(node), "pass"
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=[left, right]):
                if name not in SYMMETRIC and not isinstance(left, ast.Starred) and not isinstance(right, ast.Starred):
                    yield self.swapped(left, right)

    def operator(self, left: ast.AST, op: ast.AST, right: ast.AST) -> Iterator[Edit]:
        """Replace what stands between two operands."""
        old, new = OPERATORS.get(type(op), ("\0", ""))
        start = self.source.find(old, self.span(left)[1], self.span(right)[0])
        if start >= 0:
            yield start, start + len(old), new

    def swapped(self, left: ast.AST, right: ast.AST) -> Edit:
        (start, middle), (other, end) = self.span(left), self.span(right)
        return start, end, self.text(right) + self.source[middle:other] + self.text(left)

    def change(self, start: int, end: int, new: str, around: int = 30) -> str:
        """“original → mutated”, with what stands around it on its lines."""
        before, after = self.source[:start].rpartition("\n")[2], self.source[end:].partition("\n")[0]
        both = (f"{before[-around:]}{text}{after[:around]}" for text in (self.source[start:end], new))
        flat = (" ".join(text.split()) for text in both)
        return " → ".join(text if len(text) <= 160 else f"{text[:80]} … {text[-80:]}" for text in flat)


def _stored(node: ast.AST) -> set[str]:
    return {x.id for x in ast.walk(node) if isinstance(x, ast.Name) and isinstance(x.ctx, ast.Store)}


def _is_string(node: ast.AST) -> bool:
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


def drawn(root: Path, building: str, only: str, count: int, seed: int) -> list[Mutant]:
    """`count` mutants of a building, in the order of its files."""
    sources = {str(path.relative_to(root)): path.read_text() for path in sorted((root / building).rglob("*.py"))}
    mutants = [m for path, source in sources.items() if path.startswith(only) for m in Mutator(path, source).found]
    random.Random(f"{seed} {building}").shuffle(mutants)
    valid = (mutant for mutant in mutants if mutant.differs(sources[mutant.path]))
    return sorted(itertools.islice(valid, count), key=lambda mutant: (mutant.path, mutant.edit))


# ── tests ──


def in_child(function: Callable[..., Any], *args: Any) -> Any:
    """What `function` returns in a forked process, None if that dies; nothing it started outlives it."""
    receive, send = FORK.Pipe(duplex=False)

    def child() -> None:
        os.setsid()
        send.send(function(*args))

    process = FORK.Process(target=child)
    process.start()
    send.close()
    try:
        return receive.recv()
    except EOFError:
        return None
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.join()


def run_pytest(plugin: Any, *files: str) -> int:
    """Run pytest in this process, silently; nothing of the project may be imported yet."""
    with open(os.devnull, "w") as nowhere:
        os.dup2(nowhere.fileno(), 1)
        os.dup2(nowhere.fileno(), 2)
    ignored = [f"--ignore={path}" for path in LEFT_OUT]
    return int(
        pytest.main(["-x", "-m", "not browser and not wide", "-p", "no:cacheprovider", *ignored, *files], [plugin])
    )


class Tracer:
    """Notes which lines of the buildings under the current directory run, in any thread, while it watches."""

    def __init__(self) -> None:
        self.root = f"{os.getcwd()}/"
        self.lines: dict[str, set[int]] = defaultdict(set)
        self.watch(self.call)

    def watch(self, call: Callable[..., Any] | None) -> None:
        sys.settrace(call)
        threading.settrace(call)

    def call(self, frame: Any, _event: str, _arg: Any) -> Any:
        path = frame.f_code.co_filename.removeprefix(self.root)
        if not path.startswith(tuple(TARGETS)):
            return None
        lines = self.lines[path]

        def step(frame: Any, _event: str, _arg: Any) -> Any:
            lines.add(frame.f_lineno)
            return step

        return step(frame, _event, _arg)

    def stop(self) -> dict[str, list[int]]:
        self.watch(None)
        return {path: sorted(lines) for path, lines in self.lines.items()}


class Learning:
    """Runs every `jobs`-th test in a process of its own, where no cache hides a line, and notes what it executes."""

    def __init__(self, job: int, jobs: int) -> None:
        self.job, self.jobs, self.tests, self.imported = job, jobs, {}, {}
        self.tracer = Tracer()

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        self.imported = self.tracer.stop()
        items[:] = items[self.job :: self.jobs]

    def pytest_runtest_protocol(self, item: pytest.Item) -> bool:
        def alone() -> dict[str, Any]:
            signal.alarm(20 * HANGS)
            tracer, start = Tracer(), time.perf_counter()
            passed = not any(report.failed for report in runtestprotocol(item, nextitem=None, log=False))
            serves = "address" in getattr(item, "fixturenames", ())  # the dashboard, in a process that is not traced
            return {"passed": passed, "lines": tracer.stop(), "seconds": time.perf_counter() - start, "serves": serves}

        if os.getppid() == 1:  # the script was ended
            os._exit(1)
        self.tests[item.nodeid] = in_child(alone) or {"passed": False}
        return True


class Judging:
    """Runs the chosen tests (name → seconds) in their order, and remembers the first that fails."""

    def __init__(self, tests: dict[str, float]) -> None:
        self.tests, self.killer = tests, ""
        signal.alarm(4 * HANGS)

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        order = {name: index for index, name in enumerate(self.tests)}
        items[:] = sorted((item for item in items if item.nodeid in order), key=lambda item: order[item.nodeid])

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        signal.alarm(HANGS + int(5 * self.tests[nodeid]))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.killer = self.killer or (report.nodeid if report.failed else "")


def enter(tree: Path) -> None:
    """Give a worker its own copy of the tree."""
    os.chdir(shutil.copytree(tree, tree.with_name(f"worker-{os.getpid()}")))


def learn(job: int, jobs: int) -> tuple[dict[str, list[int]], dict[str, Any]]:
    """The lines that importing executes, and what there is to know of every `jobs`-th test."""

    def run() -> tuple[dict[str, list[int]], dict[str, Any]]:
        plugin = Learning(job, jobs)
        run_pytest(plugin)
        return plugin.imported, plugin.tests

    return in_child(run)


def choose(mutant: Mutant, imported: dict[str, list[int]], tests: dict[str, Any]) -> dict[str, float]:
    """Tests for a mutant, with their seconds: first one of each test function, the nearest first; then the second, …"""

    def executed(lines: dict[str, list[int]]) -> bool:
        return any(mutant.first <= line <= mutant.last for line in lines.get(mutant.path, ()))

    direct = {name for name, test in tests.items() if executed(test["lines"])}
    everywhere = executed(imported) and (mutant.function == "module" or not direct)
    near = {
        name: 0 if name in direct else 1 if mutant.path in test["lines"] else 2
        for name, test in tests.items()
        if name in direct or everywhere or (test["serves"] and mutant.path.startswith("dashboard"))
    }
    turns, order = Counter(), {}
    for name in sorted(near, key=lambda name: (near[name], tests[name]["seconds"])):
        function = name if name.startswith(SNAPSHOT) else name.split("[")[0]
        turns[function] += 1
        order[name] = turns[function], near[name]
    return {name: tests[name]["seconds"] for name in sorted(order, key=order.get)}


def judge(mutant: Mutant, covering: dict[str, float]) -> tuple[str, float]:
    """What becomes of a mutant, in this worker’s copy of the tree, and how long that took."""
    path, start = Path(mutant.path), time.perf_counter()
    total = itertools.accumulate(covering.values())
    tests = {name: covering[name] for name, until in zip(covering, total, strict=True) if until < LONGEST}

    def run() -> str:
        plugin = Judging(tests)
        code = run_pytest(plugin, *dict.fromkeys(name.split("::")[0] for name in tests))
        return plugin.killer or ("" if code in (0, 5) else "an error on import")

    source = path.read_text()
    path.write_text(mutant.applied(source))
    killer = in_child(run) if tests else ""
    path.write_text(source)
    verdict = (
        f"SURVIVED {len(tests)} of {len(covering)} tests"
        if killer == ""
        else f"killed by {killer or 'hanging or crashing'}"
    )
    return verdict, time.perf_counter() - start


# ── the script ──


def copy(root: Path, to: Path) -> str:
    """Copy what git tracks or would track; returns a hash of it."""
    command = ["git", "ls-files", "-coz", "--exclude-standard"]
    listed = subprocess.run(command, cwd=root, check=True, capture_output=True, text=True).stdout.split("\0")
    digest = hashlib.sha256()
    for name in sorted(set(listed) - {"", EQUIVALENT, "tests/mutate.py", "tests/test_mutate.py"}):
        if (root / name).is_file():
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            digest.update(name.encode() + Path(shutil.copy2(root / name, to / name)).read_bytes())
    for path in to.rglob("*.py"):  # by their hash: a mutant may have its original’s size and second
        py_compile.compile(str(path), invalidation_mode=py_compile.PycInvalidationMode.CHECKED_HASH)
    return digest.hexdigest()[:16]


def equivalents(root: Path) -> set[str]:
    """The names of the mutants that change nothing; a line number after the path is ignored."""
    lines = (root / EQUIVALENT).read_text().splitlines() if (root / EQUIVALENT).exists() else []
    return {re.sub(r"^(\S+?):\d+ ", r"\1 ", line.rpartition(" | ")[0]) for line in lines if not line.startswith("#")}


def learned(file: Path, pool: ProcessPoolExecutor, jobs: int) -> tuple[dict[str, list[int]], dict[str, Any]]:
    """The lines that importing executes, and every test that passes: from `file`, or by running all of them."""
    if not file.exists():
        print("learning which test executes what", flush=True)
        shares = [share or ({}, {}) for share in pool.map(learn, range(jobs), [jobs] * jobs)]
        file.write_text(json.dumps([shares[0][0], {name: test for _, share in shares for name, test in share.items()}]))
    imported, tests = json.loads(file.read_text())
    for name in [name for name, test in tests.items() if not test["passed"]]:
        print(f"left out, for it fails already: {name}", flush=True)
        del tests[name]
    if not tests:
        file.unlink()
        raise SystemExit("no test passes: see what pytest says")
    return imported, tests


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--count", type=int, default=100, help="mutants of each building")
    parser.add_argument("--only", default="", help="models, dashboard or a path in one of them")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--list", action="store_true", help="show the mutants, run nothing")
    parser.add_argument("--map", type=Path, help="where to keep which test executes what")
    parser.add_argument("--root", type=Path, default=HERE.parent, help="the tree to copy")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="mutants-") as temporary:
        tree = Path(temporary).resolve() / "tree"
        tree.mkdir()
        digest = copy(asked.root, tree)
        mutants = [m for b in TARGETS for m in drawn(tree, b, asked.only, asked.count, asked.seed)]
        if asked.list:
            print(*mutants, sep="\n")
            return 0
        same = equivalents(asked.root)
        file = (asked.map or Path(tempfile.gettempdir()) / f"mutants-{digest}.json").resolve()
        sys.path[:] = [entry for entry in sys.path if Path(entry).resolve() != HERE]
        os.environ |= {"OPENBLAS_NUM_THREADS": "1", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
        os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
        sys.dont_write_bytecode = True
        os.chdir(tree)
        for module in PRELOADED:
            importlib.import_module(module)
        counts = {building: Counter() for building in TARGETS}
        with ProcessPoolExecutor(asked.jobs, FORK, enter, (tree,)) as pool:
            imported, tests = learned(file, pool, asked.jobs)
            running = [mutant for mutant in mutants if mutant.name not in same]
            chosen = [choose(mutant, imported, tests) for mutant in running]
            for mutant, (verdict, seconds) in zip(running, pool.map(judge, running, chosen), strict=True):
                print(f"{mutant} | {verdict} | {seconds:.1f} s", flush=True)
                counts[mutant.path.split("/")[0]]["SURVIVED" not in verdict] += 1
        print(*(f"{mutant} | equivalent" for mutant in mutants if mutant.name in same), sep="\n")
    shares = {building: count[True] / count.total() for building, count in counts.items() if count}
    for building, share in shares.items():
        print(f"{building}: {share:.1%} of {counts[building].total()} killed; the target is {TARGETS[building]:.0%}")
    return int(any(share < TARGETS[building] for building, share in shares.items()))


if __name__ == "__main__":
    sys.exit(main())
