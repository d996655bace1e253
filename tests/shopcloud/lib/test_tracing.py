"""What leaves the house in a trace, and who may begin one."""

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from shopcloud.lib import events, observability, tracing
from shopcloud.lib.outbox import ORIGIN, OutboxEvent, record


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> InMemorySpanExporter:
    behind = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(tracing.Told(behind)))
    monkeypatch.setattr(tracing, "_tracer", provider.get_tracer("shopcloud"))
    return behind


def test_of_a_span_only_what_is_named_leaves_and_no_value_of_a_statement(told: InMemorySpanExporter):
    with pytest.raises(ValueError), tracing._tracer.start_as_current_span("pay") as span:
        span.set_attribute("http.url", "https://shop.example/orders/?email=mara@example.com")
        span.set_attribute("net.peer.ip", "192.0.2.7")
        span.set_attribute("http.route", "orders/")
        span.set_attribute("db.statement", "SELECT 1 WHERE email = 'o''mara@example.com' AND n = %s")
        raise ValueError("mara@example.com has no card")
    (sent,) = told.get_finished_spans()
    assert sent.attributes == {"http.route": "orders/", "db.statement": "SELECT 1 WHERE email = ? AND n = %s"}
    assert [dict(event.attributes or {}) for event in sent.events] == [{"exception.type": "ValueError"}]
    assert sent.status.status_code == trace.StatusCode.ERROR
    assert "mara" not in sent.to_json()


@pytest.mark.parametrize(
    ("extra", "is_kept"), [({}, True), ({"HTTP_X_FORWARDED_FOR": "192.0.2.7"}, False), ({"HTTP_VIA": "1.1 cdn"}, False)]
)
def test_only_the_inside_may_have_its_trace_gone_on_with(settings, extra: dict[str, str], is_kept: bool):
    settings.TRACING = True
    seen: dict[str, str] = {}
    application = tracing.only_from_inside(lambda environ, _start: seen.update(environ))
    application({"HTTP_TRACEPARENT": "00-1-2-01", "HTTP_BAGGAGE": "a=b", **extra}, None)
    assert ("HTTP_TRACEPARENT" in seen, "HTTP_BAGGAGE" in seen) == (is_kept, is_kept)


def test_without_a_collector_nothing_is_started(settings):
    assert settings.TRACING is False
    tracing.begin("web")
    assert not isinstance(trace.get_tracer_provider(), TracerProvider)
    assert tracing.only_from_inside(print) is print
    assert tracing.carried() == {}


def test_work_taken_up_later_belongs_to_the_trace_that_asked_for_it(told: InMemorySpanExporter):
    with tracing._tracer.start_as_current_span("click") as click:
        carried = tracing.carried()
    with (
        tracing._tracer.start_as_current_span("relay") as relay,
        tracing.going_on("outbox Sold", carried, order_number="SC-1"),
    ):
        pass
    sold = next(span for span in told.get_finished_spans() if span.name == "outbox Sold")
    assert sold.context.trace_id == click.get_span_context().trace_id
    assert sold.parent is not None and sold.parent.span_id == click.get_span_context().span_id
    assert [link.context.span_id for link in sold.links] == [relay.get_span_context().span_id]
    assert sold.attributes == {"shop.order_number": "SC-1"}


@pytest.mark.django_db
def test_an_event_remembers_the_request_and_its_class_does_not_mind():
    from accounts.events import EmailVerified

    with observability.about(request_id="click-0123456789"):
        record(EmailVerified(user_id=7))
    row = OutboxEvent.objects.get(payload__user_id=7)
    assert row.payload[ORIGIN] == {"region": "us-east-1", "request_id": "click-0123456789"}
    assert events.load(row.event_name, row.payload) == EmailVerified(user_id=7)
