"""One acknowledged write to each of the four engines, and reading it back."""

import boto3
import psycopg
import redis
from botocore.config import Config


def _client(service: str, environment: dict[str, str]):
    signature = "s3v4" if service == "s3" else None
    return boto3.client(
        service,
        endpoint_url=environment[f"AWS_ENDPOINT_URL_{service.upper()}"],
        region_name=environment["AWS_REGION"],
        aws_access_key_id=environment["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=environment["AWS_SECRET_ACCESS_KEY"],
        config=Config(response_checksum_validation="when_required", signature_version=signature),
    )


def write(environment: dict[str, str], word: str) -> None:
    """Write ``word`` to every engine, under its own name; each call returns once the engine acknowledged it."""
    with psycopg.connect(environment["DATABASE_URL"]) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS words (word text)")
        connection.execute("INSERT INTO words VALUES (%s)", [word])
    for name in ("REDIS_URL", "CELERY_BROKER_URL"):
        with redis.Redis.from_url(environment[name]) as client:
            client.set(f"word:{word}", word)
    dynamodb = _client("dynamodb", environment)
    dynamodb.create_table(
        TableName=f"words-{word}",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    dynamodb.put_item(TableName=f"words-{word}", Item={"id": {"S": "1"}, "word": {"S": word}})
    s3 = _client("s3", environment)
    s3.create_bucket(Bucket=f"words-{word}")
    s3.put_object(Bucket=f"words-{word}", Key="a/word.txt", Body=word.encode())


def read(environment: dict[str, str], word: str) -> dict[str, str]:
    """What each engine holds under the name of ``word``."""
    with psycopg.connect(environment["DATABASE_URL"]) as connection:
        row = connection.execute("SELECT word FROM words WHERE word = %s", [word]).fetchone()
    found = {"postgres": row[0] if row else ""}
    for name in ("REDIS_URL", "CELERY_BROKER_URL"):
        with redis.Redis.from_url(environment[name], decode_responses=True) as client:
            found[name] = client.get(f"word:{word}")
    item = _client("dynamodb", environment).get_item(
        TableName=f"words-{word}", Key={"id": {"S": "1"}}, ConsistentRead=True
    )
    found["dynamodb"] = item["Item"]["word"]["S"]
    found["s3"] = (
        _client("s3", environment).get_object(Bucket=f"words-{word}", Key="a/word.txt")["Body"].read().decode()
    )
    return found
