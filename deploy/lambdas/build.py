"""Pack the functions: `python -m deploy.lambdas.build [FOLDER]` writes a zip each.

The same sources make the same bytes. A package keeps the repository's paths, so that handlers import the same names.
"""

import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# Where Terraform looks; not kept in the repository.
BUILT = ROOT / "var" / "lambdas"
SHARED = ("deploy/__init__.py", "deploy/lambdas/__init__.py")
TASKS = ("deploy/lambdas/task_message.py",)
EDGE = ("media/__init__.py", "media/edge.py")
LAKE = ("analytics/__init__.py", "analytics/merging.py", "analytics/tables.py")
# What each function takes along beside its own folder.
FUNCTIONS: dict[str, tuple[str, ...]] = {
    "edge_images": EDGE,
    "replica_scaler": (),
    "catalog_indexer": TASKS,
    "fulfil_download": TASKS,
    "lake_compactor": LAKE,
    "rotate_secret": (),
}
# The edge takes 1 MB here (CloudFront's own limit is 50 MB); the others carry no library either.
MOST_BYTES = 1_000_000
# The oldest date a zip can name: the sources' own dates would make each build another one.
EPOCH = (1980, 1, 1, 0, 0, 0)


# CloudWatch Synthetics looks for a script of its own in a folder of this name.
CANARY = {"python/canary.py": "deploy/observability/canary.py"}


class TooLarge(Exception):
    """A package grew over what it may weigh; str() says which and by how much."""


def sources(name: str) -> list[str]:
    """The files of a function's package, by their paths in the repository."""
    own = [path.relative_to(ROOT).as_posix() for path in (ROOT / "deploy/lambdas" / name).glob("*.py")]
    return sorted({*SHARED, *own, *FUNCTIONS[name]})


def pack(name: str, folder: Path = BUILT) -> Path:
    """Write a function's zip. Raises TooLarge."""
    return _write(name, {path: path for path in sources(name)}, folder)


def pack_canary(folder: Path = BUILT) -> Path:
    return _write("canary", CANARY, folder)


def _write(name: str, files: dict[str, str], folder: Path) -> Path:
    """A zip of files by their paths inside of it. Raises TooLarge."""
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{name}.zip"
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as package:
        for inside, path in sorted(files.items()):
            entry = zipfile.ZipInfo(inside, EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            package.writestr(entry, (ROOT / path).read_bytes())
    size = target.stat().st_size
    if size > MOST_BYTES:
        raise TooLarge(f"{name} is {size} bytes; {MOST_BYTES} is the most.")
    return target


def main(folder: Path) -> None:
    for target in [*(pack(name, folder) for name in FUNCTIONS), pack_canary(folder)]:
        print(f"{target.stat().st_size:>8} bytes  {target}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else BUILT)
