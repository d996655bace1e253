"""Claims: each change of a product asks a worker to index it, once a batch, and what SQS refuses comes again."""

import copy

import pytest
from botocore.stub import ANY
from kombu.message import Message
from kombu.transport.SQS import Channel

from catalog.search import indexing
from deploy.lambdas.catalog_indexer import handler
from shopcloud.celery import app
from tests.deploy.lambdas.conftest import sample

URL = "https://sqs.eu-west-1.amazonaws.com/111122223333/shopcloud-search"


app.loader.import_default_modules()


def as_read(body: str) -> tuple[str, list, dict]:
    """The task as Celery's worker reads it from SQS: its name and arguments."""
    channel = Channel.__new__(Channel)
    payload = channel._prepare_json_payload(channel._decode_python_message_body(body).decode())
    message = Message(
        body=channel.decode_body(payload["body"], payload["properties"]["body_encoding"]),
        content_type=payload["content-type"],
        content_encoding=payload["content-encoding"],
        headers=payload["headers"],
        properties=payload["properties"],
        accept={"application/json"},
    )
    args, kwargs, _ = message.payload
    assert message.headers["id"] and app.tasks[message.headers["task"]]
    return message.headers["task"], args, kwargs


@pytest.fixture
def sent(stub, monkeypatch):
    """What SQS was given, and the answers it gives: the numbers of refused entries, batch by batch."""
    monkeypatch.setenv("QUEUE_URL", URL)
    queue, bodies = stub("sqs"), []

    def prepare(*refused):
        for numbers in refused:
            failed = [{"Id": str(n), "SenderFault": False, "Code": "InternalError"} for n in numbers]
            answer = {"Successful": [], "Failed": failed}
            queue.add_response("send_message_batch", answer, {"QueueUrl": URL, "Entries": ANY})
        return bodies

    queue.client.meta.events.register(
        "provide-client-params.sqs.SendMessageBatch",
        lambda params, **_: bodies.extend(entry["MessageBody"] for entry in params["Entries"]),
    )
    monkeypatch.setattr(handler, "_sqs", lambda: queue.client)
    return prepare


def records(number: int) -> list[dict]:
    made = []
    for n in range(number):
        record = copy.deepcopy(sample("catalog_indexer")["Records"][0])
        record["dynamodb"]["Keys"]["product_id"]["S"] = f"p-{n}"
        record["dynamodb"]["SequenceNumber"] = str(1000 + n)
        made.append(record)
    return made


def test_new_changed_and_removed_products_are_indexed_by_one_task_that_a_worker_can_read(sent):
    bodies = sent([])
    assert handler.handle(sample("catalog_indexer"), None) == {"batchItemFailures": []}
    ids = ["lamp-01", "chair-07", "vase-03"]
    assert [as_read(body) for body in bodies] == [("catalog.tasks.index_products", [ids], {})]


def test_a_worker_that_reads_the_task_indexes_the_products(sent, monkeypatch):
    seen = []
    monkeypatch.setattr(indexing, "index", seen.append)
    bodies = sent([])
    handler.handle(sample("catalog_indexer"), None)
    name, args, kwargs = as_read(bodies[0])
    app.tasks[name].run(*args, **kwargs)
    assert seen == [["lamp-01", "chair-07", "vase-03"]]


def test_a_product_that_changed_often_is_asked_for_once_and_one_that_did_not_change_never(sent):
    event = sample("catalog_indexer")
    event["Records"] = [event["Records"][0]] * 5 + [event["Records"][1]]
    event["Records"][-1]["dynamodb"]["OldImage"] = event["Records"][-1]["dynamodb"]["NewImage"]
    bodies = sent([])
    handler.handle(event, None)
    assert [as_read(body)[1] for body in bodies] == [[["lamp-01"]]]


def test_what_sqs_refuses_is_reported_by_its_numbers_and_the_rest_is_not(sent):
    bodies = sent([1], [])
    answer = handler.handle({"Records": records(1050)}, None)
    assert [len(as_read(body)[1][0]) for body in bodies] == [100] * 10 + [50]
    assert answer["batchItemFailures"] == [{"itemIdentifier": str(1000 + n)} for n in range(100, 200)]


def test_a_batch_without_anything_to_show_asks_nothing(sent):
    sent()
    event = sample("catalog_indexer")
    event["Records"] = event["Records"][1:2]
    event["Records"][0]["dynamodb"]["OldImage"] = event["Records"][0]["dynamodb"]["NewImage"]
    assert handler.handle(event, None) == {"batchItemFailures": []}
