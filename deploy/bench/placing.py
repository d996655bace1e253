"""Placing orders of three lines, by threads that call the service itself, without HTTP.

Run inside the shop's environment: `python -m deploy.bench.placing goods` fills the shelves, `script FOLDER` writes the
same rows down for pgbench, `run CLIENTS SECONDS hot|many` measures and prints JSON.
"""

import json
import multiprocessing
import statistics
import sys
from pathlib import Path
from random import Random

from deploy.bench import engine_script, goods
from deploy.bench import placing_clients as clients

# As many processes as gunicorn has workers.
WORKERS = 2


def main(arguments: list[str]) -> int:
    match arguments:
        case ["goods"]:
            goods.stock_up()
        case ["script", folder]:
            goods.stock_up()
            for shelf in ("hot", "many"):
                (Path(folder) / f"{shelf}.sql").write_text(_script(hot=shelf == "hot"))
        case ["run", many, seconds, shelf]:
            print(json.dumps(_run(int(many), float(seconds), hot=shelf == "hot")))
    return 0


def _run(many: int, seconds: float, *, hot: bool) -> dict[str, float]:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([clients.__name__])
    start, pipes = context.Barrier(many), []
    processes = min(WORKERS, many)
    for number in range(processes):
        mine, theirs = context.Pipe()
        arguments = (number, many // processes, many, seconds, hot, start, theirs)
        context.Process(target=clients.process, args=arguments, daemon=True).start()
        pipes.append(mine)
    answers = [answer for pipe in pipes for answer in pipe.recv()]
    latencies = sorted(ms for found, _ in answers for ms in found)
    return {
        "rate": sum(len(found) / lasted for found, lasted in answers),
        "p50": statistics.median(latencies),
        "p95": latencies[int(len(latencies) * 0.95)],
    }


def _script(*, hot: bool) -> str:
    luck = Random(1)
    # The first order of a process makes statements of its own, which fill what it keeps in memory.
    clients.place(clients.cart(luck, hot=hot))
    cart_id = clients.cart(luck, hot=hot)
    with engine_script.recorded() as statements:
        order = clients.place(cart_id)
    starts = [goods.FIRST, goods.FIRST + goods.THIRD, goods.FIRST + 2 * goods.THIRD]
    ranges = {f"sku{n}": f"{start}, {start + goods.THIRD - 1}" for n, start in enumerate(starts)}
    if hot:
        ranges["sku0"] = f"{goods.HOT}, {goods.HOT}"
    sold = [sku.removeprefix(goods.PREFIX) for sku in sorted(order.lines.values_list("sku", flat=True))]
    numbers = {rf"(?:(?<=[Bb]ench)|(?<=Bench )|(?<=BENCH-)){number}": f":sku{n}" for n, number in enumerate(sold)}
    unique = dict.fromkeys((order.number, order.cart_id, order.access_token), ":number")
    variables = {str(order.pk): ":order_id", **unique, **numbers}
    return engine_script.script(statements, variables=variables, ranges=ranges)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
