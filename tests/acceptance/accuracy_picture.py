"""Makes the pictures of docs/accuracy.md: `python tests/acceptance/accuracy_picture.py docs`.

The pages are the product's own, over the rows that test_browser_accuracy.py reads.
"""

import sys
import tempfile
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1]))

from accuracy_world import AccuracyWorld
from chromium import Visitor, running_chromium
from playwright.sync_api import expect
from web_world import PASSWORD


def take(folder: Path) -> None:
    """Both pictures into `folder`."""
    with tempfile.TemporaryDirectory() as data, running_chromium() as browser:
        world = AccuracyWorld(Path(data))
        world.start()
        world.run(world.live_through())
        visitor = Visitor(browser, world.url, viewport={"width": 1180, "height": 900})
        page = visitor.open("/admin/accuracy")
        page.locator("[name=login]").fill("vera")
        page.locator("[name=password]").fill(PASSWORD)
        page.keyboard.press("Enter")
        expect(page.locator("tr[data-topic='Доставка']")).to_be_visible()
        page.evaluate("() => document.fonts.ready")
        page.screenshot(path=folder / "accuracy-overview.png")
        page.set_viewport_size({"width": 1180, "height": 1420})
        page.goto("/admin/accuracy/topic?name=Доставка")
        expect(page.locator("#figure-curve svg.chart")).to_be_visible()
        page.screenshot(path=folder / "accuracy-topic.png")
        visitor.context.close()
        world.stop()


if __name__ == "__main__":
    take(Path(sys.argv[1]))
