"""Checks what pages say: every sentence, equation, readout and table cell is parsed and its claim computed afresh.

`words_takeaways`, `words_readouts`, `words_why`, `words_tables` and `words_figures` check a part of a page each, a
`words_case` of it. The claims are computed by `words_laws`; of `models` only the declared ranges of parameters are used.
A sentence that no pattern knows is false too. By command: `python tests/words_checker.py [settings a page, or from-to]
[page …]`.
"""

import sys
from collections.abc import Iterator
from itertools import islice
from multiprocessing import Pool

import numpy as np
import words_notebook
import words_twins
from cases import LIVE_PAGES, NOTEBOOK_PAGES, drawn
from words_case import Case
from words_figures import check_notices, check_reading
from words_readouts import check_readouts
from words_tables import check_tables
from words_takeaways import check_takeaway
from words_why import check_why

from dashboard.page.record import Page
from dashboard.words.text import plain

LEADS = {
    "online-modelling": "Four panels: the persuasiveness that the next round asks for and mean truth, round by round; the plane of both scores; and KL, round by round. "
}


def false_claims(page: Page, query: dict[str, str], *, why: bool = True, alt: bool = False) -> list[str]:
    """What `page` says under `query` that is not so."""
    case, state = Case(page, query), page.asked(query)
    said = plain(page.takeaway(state))
    with np.errstate(all="ignore"):
        check_takeaway(case, said)
        check_readouts(case, list(page.readouts(state)))
        check_notices(case, state.notices)
        if why:
            check_why(case, page.why(state))
            check_tables(case, page.tables(state))
    if alt:
        case.here = "alt"
        lead = LEADS.get(
            page.url_path,
            "Four panels: the densities of persuasiveness and of truth, the plane of both, and mean truth against "
            f"{case.s.get('against')}. ",
        )
        figure = page.figure(state, ())
        case.say(figure["alt"] == lead + said, "the picture’s words differ")
        if "against" in case.s:
            check_reading(case, figure)
    return case.false


def settings_of(page: Page, count: int, seed: int = 2026) -> Iterator[dict[str, str]]:
    rng = np.random.default_rng(seed)
    for _ in range(count):
        yield drawn(page, rng)


def _checked(job: tuple[str, dict[str, str], int]) -> list[str]:
    url_path, query, k = job
    page = next(page for page in LIVE_PAGES if page.url_path == url_path)
    notebook, twins = page in NOTEBOOK_PAGES, url_path == "twins"
    checker = words_notebook.false_claims if notebook else words_twins.false_claims if twins else false_claims
    try:
        return checker(page, query, alt=k % 20 == 0)
    except Exception as problem:
        return [f"{type(problem).__name__}: {problem}"]


def main(span: str = "10000", *names: str) -> None:
    first, _, last = span.rpartition("-")
    first, last = int(first or 0), int(last)
    with Pool(2) as pool:
        for page in LIVE_PAGES:
            if names and page.url_path not in names:
                continue
            drawn_ones = islice(enumerate(settings_of(page, last)), first, last)
            jobs = [(page.url_path, query, k) for k, query in drawn_ones]
            bad = 0
            for (_, query, k), false in zip(jobs, pool.imap(_checked, jobs, chunksize=8), strict=True):
                bad += bool(false)
                if false:
                    print(page.url_path, k, query, *false, sep="\n    ", flush=True)
            print(f"{page.url_path}: {bad} of {last - first} settings have a false claim", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
