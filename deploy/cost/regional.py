"""What stands in a region: processes, databases, caches, search, gateways, and what they log."""

import math
from collections.abc import Iterator

from deploy.cost.line import Line
from deploy.cost.prices import prices
from deploy.cost.usage import DAYS, HOURS, SECONDS, Phase, Region, assumed

TASKS = {"realtime": (2, 0.5, 1), "worker": (2, 1, 4), "search": (1, 0.5, 2), "beat": (1, 0.25, 0.5)}
SPOT = {"worker", "search"}
WEB = (1, 2)
MIN_TASKS, MAX_TASKS = 4, 50
ENDPOINTS = 6


def lines(phase: Phase, region: Region) -> Iterator[Line]:
    yield from _compute(phase, region)
    yield from _orders(phase, region)
    yield from _memory(phase, region)
    yield from _search(phase, region)
    yield from _network(phase, region)
    yield from _watching(phase, region)


def origin_requests(phase: Phase, region: Region) -> float:
    """Requests a month that reach this region's balancer."""
    said = assumed()
    pages = said["per_visit"]["pages"] * said["shares"]["pages_from_origin"]
    return phase.visits * region.share * DAYS * (pages + said["per_visit"]["searches"])


def web_tasks(phase: Phase, region: Region) -> float:
    """On average: scaling follows the load between the least and the most."""
    mean = origin_requests(phase, region) / SECONDS / assumed()["capacity"]["requests_per_task"]
    return min(MAX_TASKS, max(MIN_TASKS, mean)) if region.active else 0


def _growth(need: float, holds: float) -> int:
    """How many times what the phase begins with: a class or node count that doubles when it is full."""
    return 2 ** max(0, math.ceil(math.log2(max(need / holds, 1))))


def _peak(a_day: float) -> float:
    peak: float = a_day / 86400 * assumed()["shares"]["peak_over_mean"]
    return peak


def _compute(phase: Phase, region: Region) -> Iterator[Line]:
    def line(what: str, quantity: float, price: str, share: float = 1.0) -> Line:
        return Line("compute", "Fargate", what, region.name, quantity, price, share)

    web = web_tasks(phase, region)
    yield line(f"web, {web:.1f} tasks", web * WEB[0] * HOURS, "fargate-vcpu-hour")
    yield line("web, memory", web * WEB[1] * HOURS, "fargate-gb-hour")
    busy = max(1.0, web / MIN_TASKS)
    for name, (count, vcpu, gb) in TASKS.items() if region.active else ():
        tasks = count * (busy if name in {"worker", "realtime"} else 1)
        share = prices()["fargate-spot-share"].usd if name in SPOT else 1.0
        yield line(name, tasks * vcpu * HOURS, "fargate-vcpu-hour", share)
        yield line(f"{name}, memory", tasks * gb * HOURS, "fargate-gb-hour", share)
    yield Line("compute", "Load balancer", "hours", region.name, HOURS, "alb-hour")
    requests = origin_requests(phase, region)
    units = max(requests / SECONDS / 25, requests * assumed()["per_visit"]["page_kb"] / 1e6 / HOURS)
    yield Line("compute", "Load balancer", "capacity units", region.name, units * HOURS, "alb-lcu-hour")


def _orders(phase: Phase, region: Region) -> Iterator[Line]:
    module = "orders" if region.writes else "orders_replica"

    def line(what: str, quantity: float, price: str) -> Line:
        return Line(module, "RDS PostgreSQL", what, region.name, quantity, price)

    said = assumed()
    size = _growth(_peak(phase.orders), said["capacity"]["orders_per_database"])
    copies = 2 if region.available else 1
    yield line("the writer and its standby" if region.writes else "the replica", copies * size * HOURS, region.database)
    gigabytes = max(100.0, phase.orders * said["stored"]["history_days"] * said["per_order"]["database_kb"] / 1e6)
    yield line("storage", (copies + region.readers) * gigabytes, "rds-gb-month")
    yield line("35 days of log", gigabytes * 0.5, "rds-backup-gb-month")
    if region.readers:
        yield line("readers", region.readers * size * HOURS, region.database)
    if region.writes:
        vcpus = region.database_vcpu * size * HOURS
        yield Line("orders", "RDS PostgreSQL", "proxy", region.name, vcpus, "rds-proxy-vcpu-hour")
        yield Line("orders", "Route 53", "the readers' zone", region.name, 1, "zone")


def _memory(phase: Phase, region: Region) -> Iterator[Line]:
    busy = _growth(
        _peak(phase.visits * region.share * assumed()["per_visit"]["pages"]),
        3 * assumed()["capacity"]["requests_per_shard"],
    )
    nodes = 3 * (1 + region.valkey_replicas) * busy
    what = f"{nodes} nodes"
    yield Line("sessions", "ElastiCache Valkey", what, region.name, nodes * HOURS, region.valkey)
    dax = 3 if region.available else 1
    yield Line("dax", "DAX", f"{dax} nodes", region.name, dax * HOURS, "dax.r5.large")


def _search(phase: Phase, region: Region) -> Iterator[Line]:
    said = assumed()
    nodes = 3 if region.available else 1
    need = _peak(phase.visits * region.share * said["per_visit"]["searches"])
    nodes *= _growth(need, nodes * said["capacity"]["searches_per_node"])
    yield Line("search", "OpenSearch", f"{nodes} nodes", region.name, nodes * HOURS, region.search)
    yield Line("search", "OpenSearch", "storage", region.name, nodes * 50, "search-gb-month")
    if region.available:
        yield Line("search", "OpenSearch", "3 masters", region.name, 3 * HOURS, "m7g.medium.search")


def _network(phase: Phase, region: Region) -> Iterator[Line]:
    def line(what: str, quantity: float, price: str) -> Line:
        return Line("network", "VPC", what, region.name, quantity, price)

    gateways = 3 if region.available else 1
    requests = origin_requests(phase, region)
    yield line("gateways", gateways * HOURS, "nat-hour")
    yield line("through gateways", phase.orders * region.share * DAYS * 50 / 1e6 + 20, "nat-gb")
    yield line("addresses", (gateways + 3) * HOURS, "ipv4-hour")
    yield line("endpoints in three zones", ENDPOINTS * 3 * HOURS, "endpoint-hour")
    crossing = requests * 60 / 1e6 * assumed()["shares"]["zones_crossed"] * (2 if region.available else 0)
    yield line("between zones", crossing, "transfer-zones-gb")
    if not region.writes:
        log = phase.orders * DAYS * assumed()["per_order"]["database_kb"] * 3 / 1e6
        writes = phase.orders * region.share * DAYS * 200 / 1e6
        yield Line("peering", "VPC", "orders between regions", region.name, log + writes, "transfer-regions-gb")


def _watching(phase: Phase, region: Region) -> Iterator[Line]:
    def line(module: str, service: str, what: str, quantity: float, price: str) -> Line:
        return Line(module, service, what, region.name, quantity, price)

    said = assumed()
    requests = origin_requests(phase, region)
    logs = requests * said["stored"]["logs_kb_per_request"] / 1e6 + 10
    flows = requests * 0.3 / 1e6 + 5
    yield line("observability", "CloudWatch", "logs", logs, "logs-gb")
    yield line("network", "CloudWatch", "flow logs", flows, "logs-gb")
    yield line("observability", "CloudWatch", "a month of logs kept", (logs + flows) * 0.2, "logs-gb-month")
    yield line("compute", "CloudWatch", "container metrics", 60 + 8 * web_tasks(phase, region), "metric")
    yield line("observability", "CloudWatch", "alarms", 40, "alarm")
    yield line("observability", "CloudWatch", "dashboard", 1, "dashboard")
    yield line("security", "KMS", "key", 1, "kms-key")
    yield line("security", "KMS", "requests", phase.orders * region.share * DAYS * 4 / 1e4 + 50, "kms-10k")
    yield line("security", "Secrets Manager", "secrets", 11 if region.writes else 8, "secret")
