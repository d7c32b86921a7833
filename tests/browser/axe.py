"""axe-core on the page that a browser shows."""

from pathlib import Path

from playwright.sync_api import Page

AXE = (Path(__file__).parents[1] / "vendor/axe/axe.min.js").read_text(encoding="utf-8")
# Style sheets would be fetched again for a rule on turned screens that is off by default; sound and film are looked at.
RUN = """contrast => axe.run(document, {
  resultTypes: ["violations"], preload: {assets: ["media"]}, rules: {"color-contrast": {enabled: contrast}},
}).then(result => result.violations.map(
  one => one.id + ": " + one.nodes.map(node => node.target + " " + (node.any[0] || node.all[0] || {}).message)))"""


def ready(page: Page) -> None:
    """Bring axe into the page, through the debugger: the page's own policy lets no foreign script in."""
    page.evaluate(AXE)


def findings(page: Page, language: str, *, contrast: bool = True) -> list[str]:
    """What axe finds on the page as it is now, after :func:`ready`.

    Contrast takes three quarters of the time and is asked in Japanese alone: no colour depends on the language.
    """
    found: list[str] = page.evaluate(RUN, contrast and language == "ja")
    return found
