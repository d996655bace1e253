"""News of a paid order go from the outbox's topic over SQS and the function to the shop's own worker."""

import json
import os
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from deploy.lambdas.fulfil_download import handler
from media.services import store_download
from orders.events import OrderPaid
from orders.models import DownloadGrant, Order, OrderLine
from orders.services.pay_order import start_payment
from shopcloud.lib import clock
from shopcloud.wiring import event_topic
from tests.chaos import background
from tests.deploy import terraform
from tests.orders.payments.sale import RETURN_URL, place

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(180)]
PREFIX = "shopcloud-"


@pytest.fixture
def queues(client: Callable[[str], Any]) -> dict[str, str]:
    """The queues of Terraform, empty, by what follows the prefix; `order-paid` hears the topic."""
    names = re.findall(r'"(\w+)"', terraform.local(terraform.module("messaging"), "queues"))
    sqs = client("sqs")
    return {name: sqs.create_queue(QueueName=f"{PREFIX}{name}")["QueueUrl"] for name in [*names, "order-paid"]}


@pytest.fixture
def topic(client: Callable[[str], Any], queues: dict[str, str], settings: Any) -> str:
    """Subscribed as in Terraform: the text as it is, and the news of paid orders alone."""
    tree = terraform.module("messaging")
    declared = terraform.resources(tree, "aws_sns_topic_subscription")["paid"]
    wanted = re.search(r'event = \["(\w+)"\]', str(declared["filter_policy"]))
    assert wanted is not None and declared["raw_message_delivery"] is True
    sns, sqs = client("sns"), client("sqs")
    arn: str = sns.create_topic(Name="shopcloud-events")["TopicArn"]
    queue = sqs.get_queue_attributes(QueueUrl=queues["order-paid"], AttributeNames=["QueueArn"])["Attributes"]
    attributes = {"RawMessageDelivery": "true", "FilterPolicy": json.dumps({"event": [wanted[1]]})}
    sns.subscribe(TopicArn=arn, Protocol="sqs", Endpoint=queue["QueueArn"], Attributes=attributes)
    settings.EVENT_TOPIC_ARN = arn
    return arn


@pytest.fixture
def worker(queues: dict[str, str], account: str, tmp_path: Path) -> Iterator[Path]:
    """The worker that Terraform runs, its log; it is told what the containers are told of the broker."""
    command = terraform.local(terraform.module("compute"), "processes")["worker"]["command"]
    process = background.start(
        *command,
        broker=terraform.local(terraform.module("compute"), "environment")["CELERY_BROKER_URL"],
        log=tmp_path / "worker.log",
        AWS_ENDPOINT_URL_SQS=account,
        QUEUE_PREFIX=PREFIX,
    )
    yield tmp_path / "worker.log"
    background.kill(process)


@pytest.fixture
def bought() -> Order:
    """A paid order of a file whose link was lost."""
    order = place(digital=True)
    key = store_download(b"%PDF-1.7 a knitting pattern", filename="pattern.pdf")
    OrderLine.objects.filter(order=order, kind="digital").update(download=key)
    start_payment(order=order, return_url=RETURN_URL, token="tok_ok", now=clock.now())
    DownloadGrant.objects.all().delete()
    return order


def received(client: Callable[[str], Any], url: str) -> list[dict[str, str]]:
    """As Lambda hands a queue's messages to a function."""
    found = client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=2).get("Messages", [])
    return [{"messageId": one["MessageId"], "body": one["Body"]} for one in found]


def test_a_link_that_is_owed_is_given_by_the_worker_that_reads_from_sqs(
    bought: Order,
    queues: dict[str, str],
    topic: str,
    worker: Path,
    client: Callable[[str], Any],
    queues_and_topics: None,
    monkeypatch: pytest.MonkeyPatch,
):
    event_topic.tell(OrderPaid(order_number=bought.number, payment_id=1))
    news = received(client, queues["order-paid"])
    assert len(news) == 1
    monkeypatch.setenv("QUEUE_URL", queues["default"])
    assert handler.handle({"Records": news}, None) == {"batchItemFailures": []}
    deadline = time.monotonic() + 60
    while not DownloadGrant.objects.filter(line__order=bought).exists():
        assert time.monotonic() < deadline, worker.read_text()
        time.sleep(0.2)
    assert os.environ["CELERY_BROKER_URL"].startswith("redis")


def test_other_news_wake_no_function(
    queues: dict[str, str], topic: str, client: Callable[[str], Any], queues_and_topics: None
):
    client("sns").publish(
        TopicArn=topic,
        Message="{}",
        MessageAttributes={"event": {"DataType": "String", "StringValue": "OrderPlaced"}},
    )
    event_topic.tell(OrderPaid(order_number="SC-7K3F92QX", payment_id=1))
    assert [json.loads(one["body"])["payload"]["order_number"] for one in received(client, queues["order-paid"])] == [
        "SC-7K3F92QX"
    ]
