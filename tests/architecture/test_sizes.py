"""The ceilings of the house style: a file one can read, a function one can hold in the head."""

import ast
import statistics
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FILE_CEILING, FUNCTION_CEILING = 400, 40
CODE = ("shopcloud", "catalog", "accounts", "orders", "media", "analytics", "deploy", "tests")


def python_files() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "*.py"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    return [ROOT / f for f in listed if f.split("/")[0] in CODE and "/migrations/" not in f and (ROOT / f).exists()]


def lines_of(path: Path) -> int:
    return len(path.read_text().splitlines())


def functions_of(path: Path) -> list[tuple[str, int]]:
    found = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno is not None
            found.append((f"{path.relative_to(ROOT)}:{node.lineno} {node.name}", node.end_lineno - node.lineno + 1))
    return found


def test_no_file_is_longer_than_its_ceiling():
    assert [(str(f.relative_to(ROOT)), lines_of(f)) for f in python_files() if lines_of(f) > FILE_CEILING] == []


def test_no_function_is_longer_than_its_ceiling():
    assert [f for path in python_files() for f in functions_of(path) if f[1] > FUNCTION_CEILING] == []


def test_most_files_and_functions_are_small():
    application = [f for f in python_files() if f.parts[len(ROOT.parts)] not in {"tests", "deploy"}]
    sizes = sorted(lines_of(f) for f in application)
    lengths = sorted(length for f in application for _, length in functions_of(f))
    assert statistics.median(sizes) <= 80
    assert sizes[int(len(sizes) * 0.9)] <= 250
    assert statistics.median(lengths) <= 8
    assert lengths[int(len(lengths) * 0.9)] <= 25
