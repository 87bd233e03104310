"""One server and one browser for all browser tests; pages at desktop and phone width; screenshots are kept."""
import os
import pathlib
import re
import shutil
import subprocess

import pytest
from playwright.sync_api import sync_playwright

root = pathlib.Path(__file__).resolve().parents[2]
program = root / ".build-web/release/perforin"
output = root / ".cache/test-output/browser"
sizes = {"desktop": (1280, 900), "phone": (390, 844)}


@pytest.fixture(scope="session")
def server():
    """Address of a server of our own on a free port."""
    environment = dict(os.environ, PERFORIN_HOME=os.environ.get("PERFORIN_HOME", str(root)))
    process = subprocess.Popen([str(program), "serve", "--port", "0"], stderr=subprocess.PIPE, text=True, env=environment)
    address = None
    for line in process.stderr:
        if found := re.search(r"http://127\.0\.0\.1:\d+", line):
            if "Perforin is at" in line:
                address = found.group()
                break
    assert address, "the server did not start"
    yield address
    process.terminate()
    process.wait(10)


@pytest.fixture(scope="session")
def browser():
    chromium = next((path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None)
    assert chromium, "no Chromium on the path"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--enable-unsafe-swiftshader"])
        yield browser
        browser.close()


class View:
    """A page with everything that went wrong on it."""

    def __init__(self, browser, server, size, scheme="light"):
        width, height = sizes[size]
        self.size, self.server = size, server
        self.context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme, has_touch=size == "phone")
        self.page = self.context.new_page()
        self.page.set_default_timeout(20_000)
        self.errors = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", lambda message: message.type in ("error", "warning") and self.errors.append(message.text))
        self.outside = []
        self.page.on("request", lambda request: request.url.startswith(("http", "ws")) and not request.url.startswith(server) and self.outside.append(request.url))

    def open(self, address):
        self.page.goto(f"{self.server}/{address}")
        self.page.wait_for_selector("main h1")
        return self.page

    def keep(self, name):
        output.mkdir(parents=True, exist_ok=True)
        # Charts out of sight are drawn when they come into sight.
        self.page.evaluate("async () => { for (let y = 0; y < document.body.scrollHeight; y += innerHeight / 2) { scrollTo(0, y); await new Promise(r => setTimeout(r, 60)); } scrollTo(0, 0); }")
        self.page.wait_for_timeout(150)
        self.page.screenshot(path=output / f"{name}-{self.size}.png", full_page=True)


@pytest.fixture(params=list(sizes))
def view(request, browser, server):
    view = View(browser, server, request.param)
    yield view
    view.context.close()


@pytest.fixture
def make_view(browser, server):
    views = []

    def make(size="desktop", scheme="light"):
        views.append(View(browser, server, size, scheme))
        return views[-1]

    yield make
    for view in views:
        view.context.close()
