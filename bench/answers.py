"""How soon the user page answers, in headless Chromium, on a dashboard that is running already.

    python -m core serve --port 8501 &
    python -m bench.answers --user U [--data-set sample] [--url http://localhost:8501]

what-if   from the key that leaves one more event out to the new list (edits whose effect shows in words)
why       from the key that chooses another item to its reasons, by the default method; each is computed then
"""

import argparse
import json
import shutil
import statistics

from playwright.sync_api import Page, sync_playwright

from bench.player import ARGUMENTS, READY

EDITS, CHOICES = 6, 4
EDIT = ".st-key-whatif_box [class*=_remove]"
WATCH = """(start) => {
    window.answered = null;
    window.asked = null;
    const said = () => [...document.querySelectorAll("[data-testid=stMarkdownContainer] p")]
        .map((each) => each.innerText).filter((text) => start.some((word) => text.includes(word))).join();
    const before = said();
    document.addEventListener("keydown", (event) => {
        if (event.key === "Enter") window.asked = performance.now();
    }, { capture: true, once: true });
    new MutationObserver((_, watcher) => {
        const now = said();
        if (window.asked && now && now !== before) {
            window.answered = performance.now() - window.asked;
            watcher.disconnect();
        }
    }).observe(document.body, { subtree: true, childList: true, characterData: true });
}"""


def timed(page: Page, words: list[str], field: str, keys: list[str]) -> float | None:
    """Milliseconds from the last key in a field to another sentence that holds one of the words; None without one."""
    page.locator(field).first.click()
    page.wait_for_timeout(400)
    for key in keys[:-1]:
        page.keyboard.press(key)
    page.evaluate(WATCH, words)
    page.keyboard.press(keys[-1])
    page.wait_for_timeout(2500)
    page.keyboard.press("Escape")
    answered: float | None = page.evaluate("window.answered")
    return answered


def measured(page: Page) -> dict[str, object]:
    """All figures of one user page."""
    page.locator(".st-key-whatif_box summary").first.click()
    page.wait_for_selector(f"{EDIT} input")
    page.wait_for_timeout(2000)
    edits = [timed(page, ["came into the list", "the same"], f"{EDIT} input", ["Enter"]) for _ in range(EDITS)]
    page.locator(".st-key-whatif_box summary").first.click()
    page.locator(".st-key-why_box summary").first.click()
    page.wait_for_selector("text=of all that speaks for it")
    down = ["ArrowDown", "Enter"]
    whys = [
        timed(page, ["of all that", "speaks for"], ".st-key-why_box [class*=why_item] input", down) for _ in range(4)
    ]
    return {"what-if, ms": _middle(edits), "why, ms": _middle(whys)}


def _middle(found: list[float | None]) -> dict[str, object]:
    known = [value for value in found if value is not None]
    middle = round(statistics.median(known)) if known else None
    return {"answers": len(known), "median": middle, "most": round(max(known)) if known else None}


def main() -> None:
    """Measure and print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", default="http://localhost:8501")
    parser.add_argument("--data-set", default="sample")
    parser.add_argument("--user", required=True)
    asked = parser.parse_args()
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
        page = browser.new_page(viewport={"width": 1280, "height": 2400})
        page.goto(f"{asked.url}/user?dataset={asked.data_set}&user={asked.user}")
        page.wait_for_selector(READY, timeout=60_000)
        page.wait_for_timeout(4000)
        print(json.dumps(measured(page)))
        browser.close()


if __name__ == "__main__":
    main()
