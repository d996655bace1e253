"""The shop that races are run against over HTTP: gunicorn as in production, on loopback, on a scratch database."""

import http.client
import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

WEB_PROCESSES = 3
START_SECONDS = 60.0
ANSWER_SECONDS = 60.0
# Guards stay away for the life of the process, which ends with the control run.
_taken_away = ExitStack()


class ShopDidNotOpen(RuntimeError):
    def __str__(self) -> str:
        return f"The scratch shop did not answer within {START_SECONDS:.0f} s. Its log:\n{self.args[0]}"


def web(database: str, *without: str) -> Any:
    """The WSGI application on a scratch database, with guards taken away for a control run. Called by gunicorn."""
    from django.core.wsgi import get_wsgi_application

    application = get_wsgi_application()
    from orders.proofs import databases
    from shopcloud.lib import guards

    databases.use(database)
    for guard in without:
        _taken_away.enter_context(guards.removed(guard))
    return application


@contextmanager
def running(database: str, *, without: tuple[str, ...] = (), processes: int = WEB_PROCESSES) -> Iterator[str]:
    """A shop of several processes; yields its address."""
    log = Path(settings.VAR) / f"{database}.log"
    arguments = ", ".join(repr(name) for name in (database, *without))
    with socket.create_server(("127.0.0.1", 0), backlog=2048) as listener, log.open("wb") as output:
        gunicorn = subprocess.Popen(
            [
                str(Path(sys.executable).with_name("gunicorn")),
                *("-c", str(settings.BASE_DIR / "deploy" / "docker" / "gunicorn.conf.py")),
                *("--workers", str(processes)),
                *("--bind", f"fd://{listener.fileno()}"),
                f"orders.proofs.shop:web({arguments})",
            ],
            cwd=settings.BASE_DIR,
            pass_fds=[listener.fileno()],
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        try:
            _wait_until_open(address, gunicorn, log)
            yield address
        finally:
            gunicorn.terminate()
            with suppress(subprocess.TimeoutExpired):
                gunicorn.wait(15)
            gunicorn.kill()
            gunicorn.wait()


def post(address: str, path: str, body: Any, headers: Mapping[str, str] | None = None) -> tuple[int, Any]:
    """POST JSON (or ready bytes); returns the status and the JSON answer, None where there is none."""
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=ANSWER_SECONDS)
    sent = body if isinstance(body, bytes) else json.dumps(body).encode()
    try:
        connection.request("POST", path, body=sent, headers={"Content-Type": "application/json", **(headers or {})})
        answer = connection.getresponse()
        text = answer.read()
    finally:
        connection.close()
    is_json = "json" in (answer.headers.get("Content-Type") or "")
    return answer.status, json.loads(text) if is_json else None


def _wait_until_open(address: str, gunicorn: "subprocess.Popen[bytes]", log: Path) -> None:
    parts = urlsplit(address)
    deadline = time.monotonic() + START_SECONDS
    while gunicorn.poll() is None and time.monotonic() < deadline:
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=START_SECONDS)
        with suppress(OSError):
            connection.request("GET", "/healthz")
            if connection.getresponse().status == http.HTTPStatus.OK:
                return
        connection.close()
        time.sleep(0.1)
    raise ShopDidNotOpen(log.read_text()[-3000:])
