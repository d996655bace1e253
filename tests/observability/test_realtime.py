"""The realtime process tells of its streams as the others tell of their requests, and of nobody who listens."""

import requests
from prometheus_client.parser import text_string_to_metric_families

from shopcloud.lib import realtime
from tests.journeys.running_shop import eventually
from tests.observability.collector import collecting
from tests.realtime_process import open_realtime


def figure(at: str, name: str, **labels: str) -> float | None:
    """What a scrape of the process finds; None where it is not told."""
    text = requests.get(f"{at}/metrics", timeout=20).text
    samples = [one for family in text_string_to_metric_families(text) for one in family.samples]
    return next((one.value for one in samples if one.name == name and labels.items() <= one.labels.items()), None)


def test_a_stream_is_counted_while_it_is_open_and_traced_as_it_opens(tmp_path):
    realtime.publish({"stock:WATCHED-LAMP": {"sku": "WATCHED-LAMP", "available": 4}})
    with collecting() as collector:
        telling = {"OTEL_EXPORTER_OTLP_ENDPOINT": collector.at, "OTEL_BSP_SCHEDULE_DELAY": "100"}
        with open_realtime(**telling, PROMETHEUS_MULTIPROC_DIR=str(tmp_path)) as at:
            url = f"{at}/events/stock/?sku=WATCHED-LAMP"
            with requests.get(url, stream=True, timeout=10) as response:
                # Held on to: letting go of the lines closes the stream.
                lines = response.iter_lines()
                first = next(line for line in lines if line.startswith(b"data: "))
                assert b'"available": 4' in first
                assert figure(at, "shop_streams_open", event="stock") == 1
                assert figure(at, "shop_stream_messages_total", event="stock") == 1
            eventually(lambda: figure(at, "shop_streams_open", event="stock") == 0, seconds=30)
            asked = figure(at, "shop_http_requests_total", route="events/stock/", status="2xx")
            assert asked == 1
            eventually(lambda: any(span.name == "stream" for span in collector.spans), seconds=30)
        (opened,) = [span for span in collector.spans if span.name == "stream"]
        assert (opened.service, opened.attributes) == ("shopcloud-realtime", {"shop.event": "stock"})
        beneath = [span for span in collector.spans if span.parent == opened.span]
        assert {span.scope for span in beneath} == {"opentelemetry.instrumentation.redis"}
        assert not any(b"WATCHED-LAMP" in body for body in collector.raw)


def test_who_comes_through_the_balancer_is_told_no_figure(tmp_path):
    with open_realtime(PROMETHEUS_MULTIPROC_DIR=str(tmp_path)) as at:
        answer = requests.get(f"{at}/metrics", headers={"X-Forwarded-For": "192.0.2.7"}, timeout=20)
        assert answer.status_code == 404
