"""Below another address, behind nginx; and from another folder, without a question to anywhere."""

import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from browsing import at_rest, click, keys, press_and_move, readouts, settle, shows, until
from conftest import ROOT, free_port, installed, kept_whole, run, start_server, wait_for
from playwright.sync_api import Browser, Page

from dashboard.story.story import NAMED

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("third browser")]
PROXY = """
daemon off; pid {folder}/pid; error_log stderr;
events {{}}
http {{
  access_log off; client_body_temp_path {folder}; proxy_temp_path {folder}; proxy_buffering off;
  fastcgi_temp_path {folder}; uwsgi_temp_path {folder}; scgi_temp_path {folder};
  proxy_http_version 1.1; proxy_set_header Host $http_host;
  proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade;
  server {{
    listen 127.0.0.1:{port};
    location /goodhart/ {{ proxy_pass {below}/; }}
    location /stripped/ {{ proxy_pass {root}/; }}
  }}
}}
"""


@pytest.fixture(scope="module")
def proxy(address: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Behind it the dashboard that knows that it is below /goodhart, and the one that does not know of /stripped."""
    program = installed("nginx-light", "nginx")
    folder, port = tmp_path_factory.mktemp("nginx"), free_port()
    with contextmanager(start_server)("dashboard/app.py", base="goodhart") as below:
        config = folder / "nginx.conf"
        config.write_text(PROXY.format(folder=folder, port=port, below=below, root=address))
        with run([program, "-p", str(folder), "-c", str(config)]):
            wait_for(f"http://127.0.0.1:{port}/stripped/_stcore/health")
            yield f"http://127.0.0.1:{port}"


@pytest.fixture
def asked(browser: Browser) -> Iterator[tuple[Page, list[str]]]:
    """A tab, and all that any tab opened from it asks for."""
    context, links = browser.new_context(viewport={"width": 1440, "height": 900}), []
    context.on("request", lambda request: links.append(request.url))
    yield context.new_page(), links
    context.close()


def outside(links: list[str], address: str) -> list[str]:
    """Of what has been asked for, all that is elsewhere than below `address`."""
    return [link for link in links if not link.startswith((f"{address}/", "blob:", "data:"))]


def drag_follows(page: Page, key: str) -> None:
    before = readouts(page)
    press_and_move(page, key, 40)
    settle(page, key)
    assert readouts(page) != before
    page.mouse.up()
    page.wait_for_url(f"**/*{key}=*")


@pytest.mark.parametrize("prefix", [pytest.param("goodhart", marks=pytest.mark.wide), "stripped"])
def test_all_of_it_below_another_address(asked: tuple[Page, list[str]], proxy: str, prefix: str) -> None:
    (page, links), address = asked, f"{proxy}/{prefix}"
    page.goto(f"{address}/?scene=6")
    shows(page, "6")
    with page.expect_popup() as opened:
        keys(page, "s")
    opened.value.wait_for_function("title => find('title').innerText === title", arg=NAMED["6"].title)
    opened.value.wait_for_selector("#thumbnail[data-shown] .main-svg")
    opened.value.close()
    with page.expect_popup() as opened:
        page.get_by_role("link", name="Open the full page").click()
    page = opened.value
    page.wait_for_selector(".live-figure .main-svg")
    page.get_by_role("link", name="RL versus filtering").click()
    page.wait_for_url(f"{address}/rl-versus-filtering")
    page.wait_for_selector(".st-key-mu_a")
    drag_follows(page, "mu_a")
    page.wait_for_function("document.querySelector('.live-figure')?.dataset.drawn === ''")
    before = readouts(page)
    click(page, ".st-key-buttons button", "Take away")
    link = page.locator("[data-testid=stCode]").first.inner_text()
    assert link.startswith(f"{address}/rl-versus-filtering?")
    page.goto(link)
    page.wait_for_selector(".live-figure .main-svg")
    until(page, lambda: readouts(page) == before)
    assert outside(links, address) == []


def test_from_another_folder_it_is_as_configured_and_asks_nobody(asked: tuple[Page, list[str]], tmp_path: Path) -> None:
    page, links = asked
    theme = tomllib.loads((ROOT / "dashboard/.streamlit/config.toml").read_text())["theme"]
    with contextmanager(start_server)(str(ROOT / "dashboard/app.py"), folder=tmp_path) as address:
        page.goto(f"{address}/rl-versus-filtering")
        page.wait_for_selector(".live-figure .main-svg")
        drag_follows(page, "mu_a")
        page.goto(f"{address}/?scene=6")
        shows(page, "6")
        color = "getComputedStyle(document.querySelector('.live-figure')).getPropertyValue('--st-primary-color')"
        assert page.evaluate(color) == theme["primaryColor"]
        size = page.evaluate("getComputedStyle(document.querySelector('h1')).fontSize")
        assert size == f"{16 * float(theme['headingFontSizes'][0].removesuffix('rem')):g}px"
        assert outside(links, address) == []


def test_where_nothing_is_served_it_is_ordinary_streamlit_and_says_so_once(browser: Browser) -> None:
    page, said = browser.new_page(), []
    page.on("console", lambda message: said.append(message.text))
    with contextmanager(start_server)("dashboard/main.py") as address, kept_whole(page):
        page.goto(f"{address}/rl-versus-filtering")
        page.wait_for_selector(".stPlotlyChart .main-svg")
        press_and_move(page, "mu_a", 40)
        page.mouse.up()
        page.wait_for_url("**/*mu_a=*")
        at_rest(page)
        assert len([text for text in said if "only dashboard/app.py serves" in text]) == 1
    page.close()
