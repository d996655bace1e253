"""Traces, from the request over the outbox to the workers: off unless OTEL_EXPORTER_OTLP_ENDPOINT says where to send.

The SDK reads its own variables (OTEL_TRACES_SAMPLER and the like). `begin` starts a thread that sends: never call it
before a fork. What leaves is chosen by name, so that nothing about anybody can be among it.
"""

import re
from collections.abc import Callable, Iterator, Mapping, MutableMapping, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

from django.conf import settings
from opentelemetry import propagate, trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import Event, ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.trace import SpanKind, Status
from psycopg import RawCursor

UNTRACED = "/healthz$,/readyz$,/metrics$,/static/"
# Routes, operations and tables. Not among them: addresses, queries, peers, what an exception says, values of any kind.
TOLD = frozenset(
    (
        *("http.method", "http.request.method", "http.route", "http.status_code", "http.response.status_code"),
        *("db.system", "db.system.name", "db.name", "db.namespace", "db.statement", "db.query.text", "db.operation"),
        *("db.operation.name", "db.redis.args_length", "db.redis.pipeline_length", "aws.dynamodb.table_names"),
        *("rpc.system", "rpc.service", "rpc.method", "cloud.region", "aws.request_id", "retry_attempts"),
        *("celery.action", "celery.task_name", "celery.state", "messaging.message.id", "messaging.message_id"),
        *("messaging.destination", "exception.type", "shop.request_id", "shop.order_number", "shop.event"),
    )
)
_LITERAL = re.compile(r"'(?:[^']|'')*'")
_CARRIED = "traceparent"
_FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_ORIGIN_KEY", "HTTP_VIA")
_tracer = trace.get_tracer("shopcloud")

Wsgi = Callable[[dict[str, Any], Any], Any]


def begin(process: str) -> None:
    """Trace this process from now on, if traces are wanted; before Django's handler is made, and after any fork."""
    if not settings.TRACING:
        return
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

    provider = TracerProvider(resource=Resource.create({"service.name": f"shopcloud-{process}"}))
    provider.add_span_processor(BatchSpanProcessor(Told(OTLPSpanExporter())))
    trace.set_tracer_provider(provider)
    _instrument(process)


def _instrument(process: str) -> None:
    from opentelemetry.instrumentation.botocore import BotocoreInstrumentor
    from opentelemetry.instrumentation.celery import CeleryInstrumentor
    from opentelemetry.instrumentation.django import DjangoInstrumentor
    from opentelemetry.instrumentation.psycopg import PsycopgInstrumentor
    from opentelemetry.instrumentation.redis import RedisInstrumentor

    # The realtime process traces the opening of its streams itself (`step`): a request there lasts for minutes.
    if process == "web":
        DjangoInstrumentor().instrument(excluded_urls=UNTRACED)
    CeleryInstrumentor().instrument()
    # The lock names the driver's version; the check would look for another of its packages.
    PsycopgInstrumentor().instrument(skip_dep_check=True)
    BotocoreInstrumentor().instrument()
    RedisInstrumentor().instrument()


@cache
def traced(cursor: type[RawCursor[Any]]) -> type[RawCursor[Any]]:
    """The class for a cursor that no connection makes, with a span for each statement where traces are taken."""
    if not settings.TRACING:
        return cursor
    # What the instrumentation makes of a connection's own class; it has no public name for it.
    from opentelemetry.instrumentation.psycopg import _new_cursor_factory

    made: type[RawCursor[Any]] = _new_cursor_factory(base_factory=cursor)  # type: ignore[arg-type]
    return made


def only_from_inside(application: Wsgi) -> Wsgi:
    """Lets nobody outside join a trace, or have all they do recorded: what came through a proxy begins a new one."""
    if not settings.TRACING:
        return application

    def begin_anew(environ: dict[str, Any], start_response: Any) -> Any:
        if any(name in environ for name in _FORWARDED):
            for name in ("HTTP_TRACEPARENT", "HTTP_TRACESTATE", "HTTP_BAGGAGE"):
                environ.pop(name, None)
        return application(environ, start_response)

    return begin_anew


def carried() -> dict[str, str]:
    """What whoever goes on with this work later needs to be part of the trace; empty outside of one."""
    carrier: dict[str, str] = {}
    propagate.inject(carrier)
    return {_CARRIED: carrier[_CARRIED]} if _CARRIED in carrier else {}


@contextmanager
def going_on(name: str, carrier: Mapping[str, str], **attributes: str) -> Iterator[None]:
    """Work that goes on with what was begun elsewhere: part of that trace, with a link to the one that runs it."""
    if _CARRIED not in carrier:
        yield
        return
    runs_it = trace.get_current_span().get_span_context()
    links = [trace.Link(runs_it)] if runs_it.is_valid else None
    context = propagate.extract({_CARRIED: carrier[_CARRIED]})
    told = {f"shop.{key}": value for key, value in attributes.items()}
    with _tracer.start_as_current_span(name, context, kind=SpanKind.CONSUMER, links=links, attributes=told):
        yield


@contextmanager
def step(name: str, **attributes: str) -> Iterator[None]:
    """A span of our own, for what no library traces."""
    told = {f"shop.{key}": value for key, value in attributes.items()}
    with _tracer.start_as_current_span(name, kind=SpanKind.SERVER, attributes=told):
        yield


def tell(**attributes: str) -> None:
    """Name the current span's order or request."""
    span = trace.get_current_span()
    if span.is_recording():
        span.set_attributes({f"shop.{key}": value for key, value in attributes.items()})


def name_trace(_logger: Any, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A structlog processor: a line says which trace it belongs to."""
    context = trace.get_current_span().get_span_context()
    if context.is_valid:
        line["trace_id"] = format(context.trace_id, "032x")
    return line


class Told(SpanExporter):
    """Hands on what `TOLD` names, and of an exception its type alone."""

    def __init__(self, behind: SpanExporter) -> None:
        self._behind = behind

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        return self._behind.export([_reduced(span) for span in spans])

    def shutdown(self) -> None:
        self._behind.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        return self._behind.force_flush(timeout_millis)


def _reduced(span: ReadableSpan) -> ReadableSpan:
    return ReadableSpan(
        name=span.name,
        context=span.context,
        parent=span.parent,
        resource=span.resource,
        attributes=_told(span.attributes),
        events=[Event(event.name, _told(event.attributes), event.timestamp) for event in span.events],
        links=[trace.Link(link.context) for link in span.links],
        kind=span.kind,
        status=Status(span.status.status_code),
        start_time=span.start_time,
        end_time=span.end_time,
        instrumentation_scope=span.instrumentation_scope,
    )


def _told(attributes: Mapping[str, Any] | None) -> dict[str, Any]:
    told = {name: value for name, value in (attributes or {}).items() if name in TOLD}
    for name in ("db.statement", "db.query.text"):
        if isinstance(told.get(name), str):
            told[name] = _LITERAL.sub("?", told[name])
    return told
