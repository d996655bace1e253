"""Claims: the same sources make the same package, which holds what the function needs alone and is small."""

import hashlib
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from deploy.lambdas import build
from tests.deploy.lambdas.conftest import LAMBDAS

NAMES = sorted(build.FUNCTIONS)


@pytest.mark.parametrize("name", NAMES)
def test_a_package_built_twice_has_the_same_bytes(name, tmp_path):
    made = [build.pack(name, tmp_path / folder).read_bytes() for folder in ("a", "b")]
    assert hashlib.sha256(made[0]).digest() == hashlib.sha256(made[1]).digest()


@pytest.mark.parametrize("name", NAMES)
def test_a_package_holds_its_sources_and_no_test_key_or_cache(name, tmp_path):
    with zipfile.ZipFile(build.pack(name, tmp_path)) as package:
        assert package.namelist() == build.sources(name)
        assert {info.date_time for info in package.infolist()} == {build.EPOCH}
        assert f"deploy/lambdas/{name}/handler.py" in package.namelist()
        assert all(file.endswith(".py") for file in package.namelist())


@pytest.mark.parametrize("name", NAMES)
def test_a_package_is_complete_beside_what_aws_brings(name, tmp_path):
    """boto3 is part of the runtime, pyarrow of a layer; everything else must be inside."""
    package = build.pack(name, tmp_path)
    code = (
        "import sys; inside = sys.argv[1]; sys.path.insert(0, inside);"
        f"import deploy.lambdas.{name}.handler as found; assert callable(found.handle);"
        "ours = [m for m in sys.modules.values() if m.__name__.split('.')[0] in ('deploy', 'media', 'analytics')];"
        "assert all(str(m.__file__).startswith(inside) for m in ours), ours;"
        "assert 'django' not in sys.modules"
    )
    subprocess.run([sys.executable, "-P", "-c", code, str(package)], check=True, cwd=tmp_path, timeout=60)


def test_a_package_that_grew_too_large_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(build, "MOST_BYTES", 100)
    with pytest.raises(build.TooLarge, match="edge_images is"):
        build.pack("edge_images", tmp_path)


def test_every_function_has_a_page_a_sample_event_and_a_test():
    folders = {path.parent.name for path in LAMBDAS.glob("*/handler.py")}
    assert folders == set(NAMES)
    tests = {path.stem.removeprefix("test_") for path in Path(__file__).parent.glob("test_*.py")}
    assert folders <= tests
    for folder in folders:
        assert (LAMBDAS / folder / "README.md").is_file() and (LAMBDAS / folder / "event.json").is_file()
