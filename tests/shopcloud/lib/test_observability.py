"""What the log says of an error."""

import json
import logging
from io import StringIO

from structlog.stdlib import ProcessorFormatter

from shopcloud.lib.observability import LOGGING


def test_a_logged_error_tells_where_it_broke():
    out = StringIO()
    handler = logging.StreamHandler(out)
    made = LOGGING["formatters"]["json"]
    handler.setFormatter(ProcessorFormatter(**{name: value for name, value in made.items() if name != "()"}))
    log = logging.Logger("test")
    log.addHandler(handler)
    try:
        raise KeyError("shelf")
    except KeyError:
        log.exception("it broke")
    line = json.loads(out.getvalue())
    assert line["event"] == "it broke"
    assert "test_a_logged_error_tells_where_it_broke" in line["exception"]
    assert "KeyError: 'shelf'" in line["exception"]
