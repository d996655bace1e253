"""Claims: news of a paid order become its download links, once, however often they come; odd news are set aside."""

import copy
import json

import pytest
from botocore.exceptions import EndpointConnectionError
from botocore.stub import ANY

from deploy.lambdas.fulfil_download import handler
from media.services import store_download
from orders.events import OrderPaid
from orders.models import DownloadGrant, Order, OrderLine
from orders.services.pay_order import start_payment
from shopcloud.celery import app
from shopcloud.lib import aws, clock
from shopcloud.wiring import event_topic
from tests.deploy.lambdas.conftest import sample
from tests.deploy.lambdas.test_catalog_indexer import as_read
from tests.orders.payments.sale import RETURN_URL, place

URL = "https://sqs.us-east-1.amazonaws.com/111122223333/shopcloud-default"


@pytest.fixture
def sent(stub, monkeypatch):
    """The bodies that SQS was given; `sent(n)` lets it take n messages."""
    monkeypatch.setenv("QUEUE_URL", URL)
    queue, bodies = stub("sqs"), []
    queue.client.meta.events.register(
        "provide-client-params.sqs.SendMessage", lambda params, **_: bodies.append(params["MessageBody"])
    )
    monkeypatch.setattr(handler, "_sqs", lambda: queue.client)

    def prepare(number: int) -> list[str]:
        for _ in range(number):
            queue.add_response("send_message", {"MessageId": "1"}, {"QueueUrl": URL, "MessageBody": ANY})
        return bodies

    return prepare


def event(*bodies: str) -> dict:
    made = sample("fulfil_download")
    first = made["Records"][0]
    made["Records"] = [{**copy.deepcopy(first), "messageId": str(n), "body": body} for n, body in enumerate(bodies)]
    return made


def news(number: str, name: str = "OrderPaid") -> str:
    return json.dumps({"event": name, "payload": {"order_number": number, "payment_id": 1}})


def test_the_news_become_a_task_for_the_order(sent):
    bodies = sent(1)
    assert handler.handle(sample("fulfil_download"), None) == {"batchItemFailures": []}
    assert as_read(bodies[0]) == ("orders.tasks.grant_downloads", [], {"order_number": "SC-7K3F92QX"})


@pytest.mark.parametrize(
    "body",
    ["", "[]", "{}", '"x"', news("SC-1", "OrderCancelled"), news("x' OR 1=1"), news(7), '{"event": "OrderPaid"}'],
)
def test_odd_news_are_reported_and_the_others_go_on(sent, body):
    bodies = sent(1)
    answer = handler.handle(event(body, news("SC-7K3F92QX")), None)
    assert answer == {"batchItemFailures": [{"itemIdentifier": "0"}]}
    assert len(bodies) == 1


def test_news_that_could_not_be_handed_on_come_again(monkeypatch):
    monkeypatch.setenv("QUEUE_URL", URL)

    class Away:
        def send_message(self, **_):
            raise EndpointConnectionError(endpoint_url=URL)

    monkeypatch.setattr(handler, "_sqs", Away)
    assert handler.handle(event(news("SC-7K3F92QX")), None) == {"batchItemFailures": [{"itemIdentifier": "0"}]}


@pytest.mark.django_db
def test_the_task_gives_what_a_paid_order_lacks_once_and_an_unpaid_or_cancelled_one_nothing(sent):
    order = place(digital=True)
    key = store_download(b"%PDF-1.7 a knitting pattern", filename="pattern.pdf")
    OrderLine.objects.filter(order=order, kind="digital").update(download=key)
    bodies = sent(1)
    handler.handle(event(news(order.number)), None)
    name, args, kwargs = as_read(bodies[0])
    run = app.tasks[name].run
    run(*args, **kwargs)
    assert not DownloadGrant.objects.exists()
    start_payment(order=order, return_url=RETURN_URL, token="tok_ok", now=clock.now())
    DownloadGrant.objects.all().delete()
    run(*args, **kwargs)
    token = DownloadGrant.objects.get().token
    run(*args, **kwargs)
    assert DownloadGrant.objects.get().token == token
    DownloadGrant.objects.all().delete()
    Order.objects.filter(pk=order.pk).update(status=Order.Status.CANCELLED)
    run(*args, **kwargs)
    run(order_number="SC-NOBODY")
    assert not DownloadGrant.objects.exists()


def test_the_shop_tells_its_topic_in_the_words_that_the_function_reads(stub, monkeypatch, settings):
    topic, told = stub("sns"), []
    topic.add_response("publish", {"MessageId": "1"}, {"TopicArn": ANY, "Message": ANY, "MessageAttributes": ANY})
    topic.add_client_error("publish", "Throttled")
    topic.client.meta.events.register("provide-client-params.sns.Publish", lambda params, **_: told.append(params))
    monkeypatch.setattr(aws, "sns", lambda: topic.client)
    paid = OrderPaid(order_number="SC-7K3F92QX", payment_id=42)
    event_topic.tell(paid)
    assert told == []
    settings.EVENT_TOPIC_ARN = "arn:aws:sns:us-east-1:111122223333:shopcloud-events"
    event_topic.tell(paid)
    assert handler.order_number(told[0]["Message"]) == "SC-7K3F92QX"
    assert told[0]["MessageAttributes"]["event"]["StringValue"] == "OrderPaid"
    with pytest.raises(event_topic.TopicUnavailable):
        event_topic.tell(paid)
