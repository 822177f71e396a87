"""Every page at settings all over its sliders: what fails, and what costs more than ten times the page's median.

    python tests/benchmarks/every_setting.py [draws a page, 2000] [page ...]

Draws are `cases.drawn`: inside the range, on slider stops, on the ends, and within a hair of them. An answer is
everything a run shows: the picture and the words below it. Times are of one process, each beside its page's median;
an outlier is timed again, for the machine may have been busy.
"""

import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
from cases import drawn

from dashboard.page.record import Page
from dashboard.views import PAGES

MOST = 10  # times the page's median


def answer(page: Page, asked: dict[str, str]) -> float:
    start = time.perf_counter()
    page.answer(asked)
    page.why(page.asked(asked))
    return time.perf_counter() - start


def sweep(page: Page, draws: int) -> bool:
    """Print what `draws` settings of `page` cost; whether none failed and none was too dear."""
    rng = np.random.default_rng(8)
    cost: list[tuple[float, dict[str, str]]] = []
    failures = 0
    for _ in range(draws):
        asked = drawn(page, rng)
        try:
            cost.append((answer(page, asked), asked))
        except Exception as problem:
            failures += 1
            print(f"  {type(problem).__name__}: {problem}\n    {asked}")
    median = statistics.median(seconds for seconds, _ in cost)
    again = [(min(answer(page, a) for _ in range(3)), a) for s, a in cost if s > 0.5 * MOST * median]
    worst, where = max([*again, (median, {})], key=lambda pair: pair[0])
    print(
        f"{page.url_path:22} {len(cost)} answered, {failures} failed; median {1e3 * median:.1f} ms, "
        f"worst {1e3 * worst:.1f} ms, {worst / median:.1f} times the median {where if worst > 3 * median else ''}",
        flush=True,
    )
    return failures == 0 and worst <= MOST * median


if __name__ == "__main__":
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    results = [sweep(page, count) for page in PAGES if not sys.argv[2:] or page.url_path in sys.argv[2:]]
    sys.exit(0 if all(results) else 1)
