"""The provider's address: a small HTTP server with Stripe's documented paths, shapes and errors."""

import json
import re
import sqlite3
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from orders.proofs.provider.ledger import Answer, Body, KeyReused, Ledger, new_id, read, write

SECRET_KEY = "sk_test_proofs"  # noqa: S105
DECLINED = "pm_card_chargeDeclined"
Form = dict[str, str]
Rows = sqlite3.Connection


class Peer:
    """Serves a ledger on a free port of loopback until `close`."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"ledger": ledger}))
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    @property
    def port(self) -> int:
        return self._server.server_port

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def __enter__(self) -> "Peer":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    ledger: Ledger

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        self._send(*_look_up(self.ledger, parts.path.removeprefix("/v1/"), _form(parts.query)))

    def do_POST(self) -> None:
        sent = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        path = urlsplit(self.path).path.removeprefix("/v1/")
        try:
            key = self.headers.get("Idempotency-Key") or new_id("key")
            answer = self.ledger.once(key, f"{path}?{sent}", lambda rows: _act(rows, path, _form(sent)))
        except KeyReused:
            answer = _error(400, "idempotency_error", "This key was used with other parameters.")
        self._send(*answer)

    def _send(self, status: int, body: Body) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: Any) -> None:
        """Quiet."""


def _form(text: str) -> Form:
    return {name: values[0] for name, values in parse_qs(text).items()}


def _error(status: int, kind: str, message: str, **more: Any) -> Answer:
    return status, {"error": {"type": kind, "message": message, **more}}


def _missing() -> Answer:
    return _error(404, "invalid_request_error", "No such object", code="resource_missing")


def _list(found: list[Body]) -> Answer:
    return 200, {"object": "list", "data": found, "has_more": False}


def _look_up(ledger: Ledger, path: str, query: Form) -> Answer:
    if path == "payment_intents/search":
        wanted = re.fullmatch(r"metadata\['attempt'\]:'(.+)'", query.get("query", ""))
        intents = ledger.all("payment_intent")
        return _list([i for i in intents if wanted and i["metadata"].get("attempt") == wanted[1]])
    if path == "refunds":
        return _list([r for r in ledger.all("refund") if r["payment_intent"] == query.get("payment_intent")])
    found = ledger.get(path.rpartition("/")[2])
    if found is None:
        return _missing()
    if query.get("expand[0]") == "payment_intent" and found.get("payment_intent"):
        found["payment_intent"] = ledger.get(found["payment_intent"])
    return 200, found


def _act(rows: Rows, path: str, form: Form) -> Answer:
    collection, _, rest = path.partition("/")
    object_id, _, verb = rest.partition("/")
    if path in _CREATE:
        return _CREATE[path](rows, form)
    intent = read(rows, object_id) if collection == "payment_intents" else None
    if intent is None or verb not in ("capture", "cancel"):
        return _missing()
    if intent["status"] != "requires_capture":
        message = f"This PaymentIntent's status is {intent['status']}."
        return _error(400, "invalid_request_error", message, code="payment_intent_unexpected_state")
    taken = int(form.get("amount_to_capture") or intent["amount"]) if verb == "capture" else 0
    ended = {"status": "succeeded" if verb == "capture" else "canceled", "amount_received": taken}
    return 200, write(rows, {**intent, **ended})


def intent_of(form: Form, *, metadata: Form) -> Body:
    """A PaymentIntent whose buyer has paid."""
    is_manual = form.get("capture_method") == "manual"
    return {
        "object": "payment_intent",
        "id": new_id("pi"),
        "amount": int(form["amount"]),
        "amount_received": 0 if is_manual else int(form["amount"]),
        "currency": form["currency"],
        "status": "requires_capture" if is_manual else "succeeded",
        "next_action": None,
        "metadata": metadata,
    }


def _named(form: Form, prefix: str) -> Form:
    """`metadata[order]=1` and the like."""
    return {name[len(prefix) + 1 : -1]: value for name, value in form.items() if name.startswith(f"{prefix}[")}


def _create_intent(rows: Rows, form: Form) -> Answer:
    intent = intent_of(form, metadata=_named(form, "metadata"))
    if form.get("payment_method") != DECLINED:
        return 200, write(rows, intent)
    refused = write(rows, {**intent, "status": "requires_payment_method", "amount_received": 0})
    return _error(402, "card_error", "Your card was declined.", code="card_declined", payment_intent=refused)


def _create_session(rows: Rows, form: Form) -> Answer:
    price, number = "line_items[0][price_data]", new_id("cs")
    session = {
        "object": "checkout.session",
        "id": number,
        "status": "open",
        "payment_status": "unpaid",
        "url": f"https://checkout.example/{number}",
        "payment_intent": None,
        "metadata": _named(form, "metadata"),
        "asked": {
            "amount": form[f"{price}[unit_amount]"],
            "currency": form[f"{price}[currency]"],
            "capture_method": form.get("payment_intent_data[capture_method]", "automatic"),
        },
        "intent_metadata": _named(form, "payment_intent_data[metadata]"),
    }
    return 200, write(rows, session)


def _create_refund(rows: Rows, form: Form) -> Answer:
    intent = read(rows, form["payment_intent"])
    if intent is None:
        return _missing()
    made = [json.loads(body) for (body,) in rows.execute("SELECT body FROM objects WHERE kind = 'refund'")]
    back = sum(refund["amount"] for refund in made if refund["payment_intent"] == intent["id"])
    if int(form["amount"]) > intent["amount_received"] - back:
        return _error(400, "invalid_request_error", "Refund amount is greater than unrefunded amount on charge.")
    refund = {"object": "refund", "id": new_id("re"), "status": "succeeded", "payment_intent": intent["id"]}
    return 200, write(rows, {**refund, "amount": int(form["amount"]), "metadata": _named(form, "metadata")})


_CREATE: dict[str, Callable[[Rows, Form], Answer]] = {
    "payment_intents": _create_intent,
    "checkout/sessions": _create_session,
    "refunds": _create_refund,
}


def pay_session(ledger: Ledger, session_id: str) -> Body:
    """The buyer pays on the provider's page. Returns the session."""
    session = ledger.get(session_id) or {}
    intent = intent_of(session["asked"], metadata=session["intent_metadata"])
    ledger.change(intent["id"], **intent)
    paid = "paid" if intent["status"] == "succeeded" else "unpaid"
    return ledger.change(session_id, status="complete", payment_status=paid, payment_intent=intent["id"], url=None)
