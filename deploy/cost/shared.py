"""What regions share or hold by the gigabyte: the edge, the catalog, the files, the lake, queues, functions, audit."""

from collections.abc import Iterator

from deploy.cost.line import Line
from deploy.cost.usage import DAYS, Phase, assumed

TIERS = (
    (10_000.0, "cloudfront-gb-10tb"),
    (40_000.0, "cloudfront-gb-50tb"),
    (100_000.0, "cloudfront-gb-150tb"),
    (float("inf"), "cloudfront-gb-500tb"),
)
EVERYWHERE = "all"
# On-demand originals by age: what a tenth of growth a month leaves younger than a month, and younger than three.
YOUNG, GROWING = 1 - 1 / 1.1, 1 / 1.1 - 1 / 1.1**3


def lines(phase: Phase) -> Iterator[Line]:
    for part in (_edge, _dns, _catalog, _files, _lake, _messages, _functions, _canary, _audit):
        yield from part(phase)


def sent_gb(phase: Phase) -> float:
    """What browsers are sent a month."""
    said = assumed()["per_visit"]
    per_visit = said["pages"] * said["page_kb"] + said["pictures"] * said["picture_kb"]
    per_visit += said["static_kb"] + said["models"] * said["model_kb"]
    gigabytes: float = phase.visits * DAYS * per_visit / 1e6
    return gigabytes


def edge_requests(phase: Phase) -> float:
    said = assumed()["per_visit"]
    per_visit = said["pages"] + said["pictures"] + said["static_requests"] + said["models"] + said["events"] / 4
    requests: float = phase.visits * DAYS * per_visit
    return requests


def _edge(phase: Phase) -> Iterator[Line]:
    left = sent_gb(phase)
    for size, price in TIERS:
        if left > 0:
            yield Line("edge", "CloudFront", "sent to browsers", EVERYWHERE, min(left, size), price)
        left -= size
    requests = edge_requests(phase)
    pictures = phase.visits * DAYS * assumed()["per_visit"]["pictures"]
    yield Line("edge", "CloudFront", "requests", EVERYWHERE, requests / 1e4, "cloudfront-request-10k")
    yield Line("edge", "CloudFront", "Accept simplified", EVERYWHERE, pictures / 1e6, "cloudfront-function-million")
    yield Line("edge", "CloudFront", "more metrics", EVERYWHERE, 8, "cloudfront-metrics")
    runs = pictures * assumed()["shares"]["pictures_from_origin"]
    yield Line("edge", "Lambda@Edge", "edge_images", EVERYWHERE, runs / 1e6, "edge-lambda-million")
    yield Line("edge", "Lambda@Edge", "its time", EVERYWHERE, runs * 0.128 * 0.005, "edge-lambda-gb-second")
    yield Line("edge", "WAF", "list", EVERYWHERE, 1, "waf-acl")
    yield Line("edge", "WAF", "rules", EVERYWHERE, 5, "waf-rule")
    yield Line("edge", "WAF", "requests", EVERYWHERE, requests / 1e6, "waf-million")


def _dns(phase: Phase) -> Iterator[Line]:
    active = [region for region in phase.regions if region.active]
    yield Line("dns", "Route 53", "zone", EVERYWHERE, 1, "zone")
    yield Line("dns", "Route 53", "health checks", EVERYWHERE, 2 * len(active), "health-check")
    queries = phase.visits * DAYS * 2 / 1e6
    yield Line("dns", "Route 53", "queries by latency", EVERYWHERE, queries, "dns-latency-million")


def _catalog(phase: Phase) -> Iterator[Line]:
    said = assumed()
    regions = len(phase.regions)
    views = phase.visits * DAYS * said["per_visit"]["pages"] * said["shares"]["pages_from_origin"]
    # A page costs a read of 4 KB here and one of 12 KB there; checkouts read afresh, which costs twice.
    reads = views * said["shares"]["reads_past_caches"] * 2
    reads += phase.orders * DAYS * said["per_order"]["catalog_reads"] * 2
    # A saved product is 4 KB in the table and 1 KB in each of four indexes, or a tenth of the catalog once a month.
    writes = 100_000 * (4 + 4) + phase.orders * DAYS * 4
    gigabytes = said["stored"]["catalog_gb"] * regions
    yield Line("catalog", "DynamoDB", "reads", EVERYWHERE, reads / 1e6, "dynamodb-read-million")
    yield Line(
        "catalog", "DynamoDB", "writes, everywhere", EVERYWHERE, writes * regions / 1e6, "dynamodb-write-million"
    )
    yield Line("catalog", "DynamoDB", "storage", EVERYWHERE, gigabytes, "dynamodb-gb-month")
    yield Line("catalog", "DynamoDB", "any second of 35 days", EVERYWHERE, gigabytes, "dynamodb-recovery-gb-month")
    yield Line("shared", "ECR", "images", EVERYWHERE, 15 * regions, "ecr-gb-month")


def originals(phase: Phase) -> tuple[float, float, float]:
    """Gigabytes of originals by age: under a month, under three, older."""
    total = assumed()["stored"]["originals_gb"] * len(phase.regions)
    return total * YOUNG, total * GROWING, total * (1 - YOUNG - GROWING)


def _files(phase: Phase) -> Iterator[Line]:
    said = assumed()["stored"]
    copies = len(phase.regions)
    new, middle, old = originals(phase)
    # Renditions are watched by S3 itself: what nobody opened for a month costs half.
    shown = said["pictures_gb"] * copies

    def line(what: str, quantity: float, price: str) -> Line:
        return Line("media", "S3", what, EVERYWHERE, quantity, price)

    yield line("renditions people open", shown * 0.6, "s3-standard-gb-month")
    yield line("renditions nobody opened for a month", shown * 0.4, "s3-infrequent-gb-month")
    yield line("originals of this month", new, "s3-standard-gb-month")
    yield line("originals of three months", middle, "s3-infrequent-gb-month")
    yield line("older originals", old, "s3-deep-archive-gb-month")
    yield line("downloads", said["downloads_gb"] * copies, "s3-standard-gb-month")
    fetched = phase.visits * DAYS * assumed()["per_visit"]["pictures"] * assumed()["shares"]["pictures_from_origin"]
    yield line("read by the edge", fetched / 1e3, "s3-get-1k")
    yield line("written", 10 * 100 * copies, "s3-put-1k")
    grown = (said["pictures_gb"] + said["originals_gb"]) * said["originals_monthly_growth"] / 12 * (copies - 1)
    if copies > 1:
        yield line("copied within 15 minutes", grown, "s3-replication-gb")
        yield line("between regions", grown, "transfer-regions-gb")


def lake_gb_a_month(phase: Phase) -> float:
    said = assumed()["per_visit"]
    gigabytes: float = phase.visits * DAYS * said["events"] * said["event_bytes"] / 1e9
    return gigabytes


def _lake(phase: Phase) -> Iterator[Line]:
    month = lake_gb_a_month(phase)
    months = assumed()["stored"]["lake_months"]
    active = len([region for region in phase.regions if region.active])

    def line(service: str, what: str, quantity: float, price: str) -> Line:
        return Line("lake", service, what, EVERYWHERE, quantity, price)

    yield line("S3", "the last 90 days", month * 3, "s3-standard-gb-month")
    yield line("S3", "older", month * (months - 3), "s3-glacier-gb-month")
    yield line("S3", "files", 1.44 * 2 * DAYS * active, "s3-put-1k")
    yield line("Athena", "questions", max(0.05, month * 40 / 1e3), "athena-tb")
    yield line("Glue", "crawler on Sundays", 4 * 0.4 * active, "glue-dpu-hour")
    yield line("QuickSight", "authors", 3, "quicksight-author")


def _messages(phase: Phase) -> Iterator[Line]:
    active = len([region for region in phase.regions if region.active])
    tasks = phase.orders * DAYS * assumed()["per_order"]["tasks"] * 3
    polls = 6 * 3 * DAYS * 1440 * active + 86400 * DAYS * active
    yield Line("messaging", "SQS", "tasks, questions for tasks", EVERYWHERE, (tasks + polls) / 1e6, "sqs-million")
    yield Line("messaging", "SNS", "paid orders, alarms", EVERYWHERE, phase.orders * DAYS / 1e6, "sns-million")


def _functions(phase: Phase) -> Iterator[Line]:
    active = len([region for region in phase.regions if region.active])
    scaler = DAYS * 1440
    changes = 20_000 * active
    paid = phase.orders * DAYS / 2
    seconds = scaler * 2 * 0.25 + changes * 0.1 * 0.25 + paid * 0.1 * 0.125 + DAYS * 120 * 3 * active
    runs = scaler + changes + paid + DAYS * active
    yield Line("functions", "Lambda", "runs", EVERYWHERE, runs / 1e6, "lambda-million")
    yield Line("functions", "Lambda", "time", EVERYWHERE, seconds, "lambda-gb-second")


def _canary(_phase: Phase) -> Iterator[Line]:
    """Of the edge's own costs four kept pages are nothing."""
    yield Line("canary", "Synthetics", "visits", EVERYWHERE, DAYS * 24 * 12, "synthetics-run")


def _audit(phase: Phase) -> Iterator[Line]:
    regions = len(phase.regions)
    said = assumed()["stored"]
    events = 5 * regions + phase.orders * DAYS / 1e6

    def line(service: str, what: str, quantity: float, price: str) -> Line:
        return Line("audit", service, what, EVERYWHERE, quantity, price)

    yield line("CloudTrail", "reads and writes of downloads", phase.orders * DAYS / 1e5, "trail-data-100k")
    yield line("GuardDuty", "events", events, "guardduty-million")
    yield line("GuardDuty", "flow logs", 10 * regions, "guardduty-flow-gb")
    yield line("Config", "changes", 2000 * regions, "config-item")
    yield line("Config", "evaluations", 4000 * regions, "config-evaluation")
    orders_gb = max(100.0, phase.orders * said["history_days"] * assumed()["per_order"]["database_kb"] / 1e6)
    # A copy here and one in another region, each of the last day and the changes of 35.
    yield Line("backup", "AWS Backup", "orders", EVERYWHERE, orders_gb * 2 * 1.5, "backup-rds-gb-month")
    tables = said["catalog_gb"] * 2 * 1.5
    yield Line("backup", "AWS Backup", "catalog", EVERYWHERE, tables, "backup-dynamodb-gb-month")
    yield Line("backup", "AWS Backup", "to another region", EVERYWHERE, orders_gb * 0.5, "transfer-regions-gb")
