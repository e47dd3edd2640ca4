"""The page in a real browser, without a window."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright

from ops.page.render import render
from tests.ops.page.example import example

BROWSER = "chromium-headless-shell"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which(BROWSER) is None, reason=f"there is no {BROWSER} on PATH"),
]


@pytest.fixture(params=["light", "dark"])
def page(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Page]:
    """Return the example, opened from a file; what the browser complains of, or fetches, fails the test."""
    file = tmp_path / "page.html"
    file.write_text(render(example()), encoding="utf-8")
    complaints: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which(BROWSER), args=["--no-sandbox"])
        opened = browser.new_page(color_scheme=request.param)
        opened.on("console", lambda message: complaints.append(message.text))
        opened.on("pageerror", lambda error: complaints.append(str(error)))
        opened.on("request", lambda asked: complaints.append(asked.url) if asked.url != file.as_uri() else None)
        opened.goto(file.as_uri())
        yield opened
        browser.close()
    assert complaints == []


def test_filters_work_by_keyboard(page: Page) -> None:
    """Who has no mouse finds a check, and sees the dangerous steps alone."""
    page.get_by_role("searchbox", name="Find").first.focus()
    page.keyboard.type("SECOND up")
    assert page.locator("#check-list tr:visible").all_inner_texts()[0].startswith("second up changes nothing")
    assert page.locator("#check-list tr:visible").count() == 1

    page.locator("form[data-of=steps-1]").get_by_role("radio", name="dangerous").press("Space")
    (shown,) = page.locator("#steps-1 > :visible").all_inner_texts()
    assert shown.startswith("delete")


def test_details_open_by_keyboard(page: Page) -> None:
    """What changes in a resource is hidden until somebody asks."""
    assert not page.get_by_text("~ login").is_visible()
    page.locator("#steps-1 summary").press("Enter")
    assert page.get_by_text("~ login").is_visible()


def test_screen_reader_is_told_all(page: Page) -> None:
    """Verdict, parts, figures of the timeline and heads of the tables have names."""
    heard = page.locator("body").aria_snapshot()

    for words in (
        'heading "Rehearsal" [level=1]', "failed: dns", 'navigation "Parts of this page"',
        'img "pi1: 1 steps in 3 seconds"', 'columnheader "check"', 'searchbox "Find"', 'heading "Parity" [level=2]',
    ):  # fmt: skip
        assert words in heard


def test_colours_can_be_read(page: Page) -> None:
    """Text and ground differ by 4.5 to 1 at least, for the words of every kind, light and dark."""
    ratios = page.evaluate(
        """() => {
          const part = (value) => { value /= 255;
            return value <= .03928 ? value / 12.92 : ((value + .055) / 1.055) ** 2.4 };
          const light = (colour) => { const [r, g, b] = colour.match(/[\\d.]+/g).map(Number).map(part);
            return .2126 * r + .7152 * g + .0722 * b };
          const ground = light(getComputedStyle(document.body).backgroundColor);
          return [...document.querySelectorAll(".word, .where, p, td, a")].map((each) => {
            const ink = light(getComputedStyle(each).color);
            return (Math.max(ink, ground) + .05) / (Math.min(ink, ground) + .05) });
        }"""
    )
    assert min(ratios) >= 4.5
