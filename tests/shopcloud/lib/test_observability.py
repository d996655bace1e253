"""What the log says, and what it keeps to itself."""

import json
import logging
from io import StringIO

import pytest
from structlog.stdlib import ProcessorFormatter

from shopcloud.lib.observability import LOGGING


@pytest.fixture
def log():
    """A logger with the shop's own format; `log.line()` is what it wrote."""
    out = StringIO()
    handler = logging.StreamHandler(out)
    made = LOGGING["formatters"]["json"]
    handler.setFormatter(ProcessorFormatter(**{name: value for name, value in made.items() if name != "()"}))
    logger = logging.Logger("test")
    logger.addHandler(handler)
    logger.line = lambda: json.loads(out.getvalue())
    return logger


def test_a_logged_error_tells_where_it_broke(log):
    try:
        raise KeyError("shelf")
    except KeyError:
        log.exception("it broke")
    assert log.line()["event"] == "it broke"
    assert "test_a_logged_error_tells_where_it_broke" in log.line()["exception"]
    assert "KeyError: 'shelf'" in log.line()["exception"]


TOKEN = "B-fYk0oynsxuvESD1V8C0K7o7onK8zP17sgZ0_abc12"


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        (f"Forbidden: /downloads/{TOKEN}/", "Forbidden: /downloads/[token]/"),
        (f"Internal Server Error: /api/v1/carts/{TOKEN}/lines/LAMP-S/", "/api/v1/carts/[token]/lines/LAMP-S/"),
        (f"Forbidden: /account/password/reset/key/1-{TOKEN}/", "reset/key/[token]/"),
        ("Key (email)=(ada@example.com) already exists.", "Key (email)=([email]) already exists."),
        ("Internal Server Error: /p/rise-and-fall-lamp-9x/", "/p/rise-and-fall-lamp-9x/"),
        ("Not Found: /orders/SC-7K3F92QX/", "/orders/SC-7K3F92QX/"),
    ],
)
def test_a_log_line_names_nobody_and_opens_nothing(log, said, kept):
    log.warning(said)
    assert kept in log.line()["event"]


def test_neither_does_an_error(log):
    try:
        raise ValueError(f"ada@example.com asked for /downloads/{TOKEN}/")
    except ValueError:
        log.exception("it broke")
    assert "ValueError: [email] asked for /downloads/[token]/" in log.line()["exception"]
    assert "ada@" not in log.line()["exception"]
