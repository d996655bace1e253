"""Reduce the AWS provider's schema to the resource types used here: `python -m deploy.terraform.schema.reduce FOLDER`.

FOLDER is the unpacked npm package `@cdktn/provider-aws`, whose type declarations are made from the provider's schema.
The result, `aws.json`, says of each block which arguments it has: whether required, and the nested block's own.
"""

import json
import re
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ROOT = HERE.parent
USED = re.compile(r'^(resource|data) "(aws_\w+)"', re.MULTILINE)
INTERFACE = re.compile(r"^export interface (\w+)[^{]*\{\n(.*?)^\}", re.MULTILINE | re.DOTALL)
FIELD = re.compile(r"#(\w+) [\w#]+\}\n\s*(?:\*[^\n]*\n\s*)*\*/\n\s*readonly \w+(\??): (\S[^;\n]*)")
VERSION = re.compile(r"hashicorp/aws/([\d.]+)/docs")


def main(folder: Path) -> None:
    texts = [path.read_text() for path in sorted(ROOT.rglob("*.tf"))]
    used = sorted({match for text in texts for match in USED.findall(text)})
    schema: dict[str, Any] = {"version": "", "resource": {}, "data": {}}
    for kind, name in used:
        declared = _declaration(folder, kind, name)
        schema["version"] = VERSION.search(declared).group(1)  # type: ignore[union-attr]
        schema[kind][name] = _blocks(declared)
    (HERE / "aws.json").write_text(json.dumps(schema, separators=(",", ":"), sort_keys=True) + "\n")


def _declaration(folder: Path, kind: str, name: str) -> str:
    wanted = f'tfResourceType = "{name}"'
    stem = ("data-" if kind == "data" else "") + name.replace("_", "-")
    for candidate in (stem, stem.replace("aws-", "", 1), stem.replace("data-aws-", "data-", 1)):
        path = folder / "lib" / candidate / "index.d.ts"
        if path.exists() and wanted in path.read_text():
            extra = path.with_name("index-structs")
            more = "".join(p.read_text() for p in sorted(extra.glob("*.d.ts"))) if extra.is_dir() else ""
            return path.read_text() + more
    raise SystemExit(f"{name}: the provider has no such {kind}")


def _blocks(declared: str) -> dict[str, Any]:
    interfaces = dict(INTERFACE.findall(declared))
    top = re.search(r"export interface (\w+) extends cdktn\.TerraformMetaArguments", declared)
    return _block(interfaces, top.group(1), ())  # type: ignore[union-attr]


def _block(interfaces: dict[str, str], name: str, above: tuple[str, ...]) -> dict[str, Any]:
    block: dict[str, Any] = {}
    for argument, optional, kind in FIELD.findall(interfaces[name]):
        inner = re.split(r"\W", kind, maxsplit=1)[0]
        nested = _block(interfaces, inner, (*above, name)) if inner in interfaces and inner not in above else None
        block[argument] = {"required": not optional} | ({"block": nested} if nested is not None else {})
    return block


if __name__ == "__main__":
    main(Path(sys.argv[1]))
