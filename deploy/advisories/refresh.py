"""A new snapshot: both archives whole, or the one in the tree stays."""

import tempfile
from pathlib import Path

from deploy.advisories import osv
from deploy.advisories.pins import ROOT, pinned
from deploy.advisories.snapshot import FILE, Snapshot, write

ECOSYSTEMS = ("PyPI", "npm")
SOURCES = [
    {
        "name": "OSV, with the PyPA's and GitHub's advisory databases",
        "address": "https://osv.dev",
        "licence": "CC-BY-4.0, some entries CC0-1.0 or Apache-2.0",
        "changed": "ids, aliases and affected versions only, of the packages that are pinned",
    }
]


def refresh(source: str = osv.SOURCE, file: Path = FILE, limits: osv.Limits | None = None) -> Snapshot:
    """Raises ArchiveRefused, and then nothing is written."""
    limits = limits or osv.Limits()
    wanted = {(pin.ecosystem, pin.package) for pin in pinned()}
    kept, days = [], []
    (ROOT / "var").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=ROOT / "var", prefix="advisories-") as folder:
        for ecosystem in ECOSYSTEMS:
            archive = Path(folder) / f"{ecosystem}.zip"
            days.append(osv.download(f"{source}/{ecosystem}/all.zip", archive, limits))
            kept += osv.advisories(archive, {one for one in wanted if one[0] == ecosystem}, limits)
            archive.unlink()
    packages = {ecosystem: [name for one, name in wanted if one == ecosystem] for ecosystem in ECOSYSTEMS}
    snapshot = Snapshot(until=min(days), sources=SOURCES, packages=packages, advisories=kept)
    write(snapshot, file)
    return snapshot
