"""One headless Chromium with software WebGL, showing the studio page; files are served from disk, nothing is fetched."""

from __future__ import annotations

import base64
import io
import mimetypes
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Page, Route, sync_playwright

HERE = Path(__file__).parent
SCRATCH = HERE.parents[1] / "var" / "studio"
THREE_VERSION = "0.180.0"
FONT_VERSION = "5.2.9"
ORIGIN = "http://studio.invalid"
FLAGS = [
    "--no-sandbox",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--ignore-gpu-blocklist",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]


def install_three() -> Path:
    """The folder of the pinned three.js (the headline font beside it), installed by npm into the scratch folder when missing."""
    folder = SCRATCH / "node_modules" / "three"
    font = SCRATCH / "node_modules" / "@fontsource" / "fraunces"
    if not (folder / "build" / "three.module.js").exists() or not font.exists():
        SCRATCH.mkdir(parents=True, exist_ok=True)
        npm = shutil.which("npm")
        if npm is None:
            raise FileNotFoundError("npm is needed to fetch three.js for the studio; install Node.js and try again.")
        wanted = (f"three@{THREE_VERSION}", f"@fontsource/fraunces@{FONT_VERSION}")
        command = [npm, "install", "--prefix", str(SCRATCH), "--no-audit", "--no-fund", *wanted]
        subprocess.run(command, check=True, timeout=300)
    return folder


class Studio:
    """Takes pictures: `shoot` for scenes of models, `paint` for flat drawings in HTML and SVG."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def shoot(self, spec: dict[str, Any]) -> Image.Image:
        """The picture of a scene (see studio/studio.js for its fields)."""
        address = self.page.evaluate("spec => window.shoot(spec)", spec)
        return _decoded(address)

    def paint(self, svg: str, width: int, height: int, style: str = "") -> Image.Image:
        """An SVG drawing in the given size, with the fonts of this machine and of the style sheet."""
        sheet = self.page.context.new_page()
        try:
            sheet.set_viewport_size({"width": width, "height": height})
            sheet.set_content(f"<style>{style} body{{margin:0}}svg{{display:block}}</style>{svg}")
            sheet.evaluate("document.fonts.ready")
            return Image.open(io.BytesIO(sheet.screenshot(type="png"))).convert("RGB")
        finally:
            sheet.close()


def _decoded(address: str) -> Image.Image:
    return Image.open(io.BytesIO(base64.b64decode(address.split(",", 1)[1]))).convert("RGB")


@contextmanager
def studio() -> Iterator[Studio]:
    """An open studio; the browser is closed at the end."""
    roots = {
        "three": install_three(),
        "studio": HERE / "studio",
        "assets": HERE / "assets",
        "scratch": SCRATCH,
    }

    def serve(route: Route) -> None:
        name, _, rest = route.request.url.removeprefix(ORIGIN + "/").partition("/")
        path = roots[name] / rest if name in roots else None
        if path is None or not path.is_file():
            route.fulfill(status=404, body="not in the studio")
            return
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        route.fulfill(body=path.read_bytes(), content_type="text/javascript" if path.suffix == ".js" else kind)

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        try:
            page = browser.new_context().new_page()
            page.set_default_timeout(120_000)
            page.on("pageerror", lambda error: print("studio:", error))
            page.on("console", lambda message: print("studio:", message.text) if message.type == "error" else None)
            page.route(ORIGIN + "/**", serve)
            page.goto(ORIGIN + "/studio/index.html")
            page.wait_for_function("window.ready === true")
            yield Studio(page)
        finally:
            browser.close()
