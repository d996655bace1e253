"""What a stranger's apps do: clients generated from the description alone sign up, buy, and ask for a return."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from deploy.local.engines import npm
from deploy.local.state import TOOLS
from tests.conftest import code_in
from tests.journeys.running_shop import RunningShop, eventually

PROGRAMS = Path(__file__).parent / "clients"
SEND = """
from orders.models import Order
from orders.services.fulfil_order import fulfil_order
from shopcloud.lib import clock
for order in Order.objects.filter(number__in={numbers!r}): fulfil_order(order=order, now=clock.now())
"""


@dataclass
class App:
    """A program that runs beside the shop and asks on its output for what it waits for."""

    email: str
    process: "subprocess.Popen[str]"

    def asked(self) -> str:
        line = self.process.stdout.readline().strip()
        assert line, self.process.communicate(timeout=20)[1][-4000:]
        return line

    def tell(self, answer: str) -> None:
        self.process.stdin.write(answer + "\n")
        self.process.stdin.flush()


@pytest.fixture(scope="module")
def folder(shop, tmp_path_factory) -> Path:
    """Where the clients are made: the description as the running shop serves it, and the programs beside it."""
    made = tmp_path_factory.mktemp("clients")
    shutil.copytree(PROGRAMS, made, dirs_exist_ok=True)
    description = requests.get(f"{shop.url}/api/v1/schema/?format=json", timeout=30)
    assert description.status_code == 200
    (made / "schema.json").write_text(description.text)
    return made


@pytest.fixture(scope="module")
def python_app(folder) -> list[str]:
    generator = Path(sys.executable).with_name("openapi-python-client")
    into = ["--output-path", "shopcloud_client", "--meta", "none", "--config", "generator.yaml"]
    told = run([str(generator), "generate", "--path", "schema.json", *into], folder)
    # It says so when it leaves an operation or an answer out.
    assert "WARNING" not in told.upper(), told
    return [sys.executable, "buy.py"]


@pytest.fixture(scope="module")
def typescript_app(folder) -> list[str]:
    try:
        packages, node = npm.installed(PROGRAMS, into=TOOLS) / "node_modules", npm.node(TOOLS)
    except npm.NpmFailed as missing:
        reason = f"Neither Node nor the registry that has it is there: {missing}"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    (folder / "node_modules").symlink_to(packages)
    run([node, str(packages / "openapi-typescript/bin/cli.js"), "schema.json", "-o", "schema.d.ts"], folder)
    run([node, str(packages / "typescript/bin/tsc"), "--project", "tsconfig.json"], folder)
    return [node, "made/buy.js"]


@pytest.fixture(scope="module")
def seen(shop, folder, python_app, typescript_app) -> Iterator[dict[str, dict]]:
    """What both apps saw, by the name of their language. They shop side by side, for what others may have bought up."""
    shop.sql("UPDATE orders_stocklevel SET on_hand = on_hand + 10")
    with ExitStack() as running:
        apps = {
            name: running.enter_context(started(command, folder, shop, f"{name}-app@example.com"))
            for name, command in (("python", python_app), ("typescript", typescript_app))
        }
        for app in apps.values():
            assert app.asked() == "code?"
            app.tell(code_in(mail_to(shop, app.email)))
        numbers = [app.asked().removeprefix("ordered ") for app in apps.values()]
        shop.manage("shell", "-v", "0", "-c", SEND.format(numbers=numbers))
        for app in apps.values():
            app.tell("sent")
        yield {name: json.loads(app.asked()) for name, app in apps.items()}


@contextmanager
def started(command: list[str], folder: Path, shop: RunningShop, email: str) -> Iterator[App]:
    pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    process = subprocess.Popen([*command, shop.url, email], cwd=folder, text=True, **pipes)
    try:
        yield App(email, process)
    finally:
        process.kill()
        process.communicate()


def mail_to(shop: RunningShop, email: str) -> str:
    return eventually(lambda: next((mail for mail in shop.mails() if f"To: {email}" in mail), None))


def run(command: list[str], folder: Path) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    return done.stdout + done.stderr


@pytest.mark.parametrize("language", ["python", "typescript"])
def test_a_generated_client_buys_and_asks_for_a_return(shop, seen, language):
    told = seen[language]
    rows = shop.sql("SELECT total, payment_status FROM orders_order WHERE number = %s", told["number"])
    assert rows == [(told["total"], "paid")]
    assert (told["payment"], told["fulfilment"], told["return"]) == ("captured", "fulfilled", "requested")
    assert (told["city"], told["refusal"]) == ("San Francisco", "not_found")
    returns = shop.sql(
        "SELECT r.status FROM orders_returnrequest r JOIN orders_order o ON o.id = r.order_id WHERE o.number = %s",
        told["number"],
    )
    assert returns == [("requested",)]
