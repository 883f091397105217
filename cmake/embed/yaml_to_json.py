"""yaml_to_json.py IN OUT: one YAML document as compact JSON, keys in their order.

A reference to a definition in another file (`./x.json#/$defs/Name`) becomes one to components/schemas/Name, where that
definition is put with all that it needs itself: the document is served alone.
"""

import json
import pathlib
import sys

import yaml


class Loader(yaml.SafeLoader):
    """YAML 1.2's scalars: PyYAML's own (1.1) make booleans of on, off, yes and no, and dates of 2025-01-31."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith((":bool", ":timestamp"))]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
Loader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", yaml.resolver.re.compile("^(?:true|false)$"), list("tf")
)


class Bundle:
    """Brings the definitions that a document refers to into it."""

    def __init__(self, folder: pathlib.Path, schemas: dict) -> None:
        self.folder = folder
        self.schemas = schemas
        self.files: dict = {}

    def definition(self, file: str, name: str) -> str:
        if file not in self.files:
            self.files[file] = json.loads((self.folder / file).read_text(encoding="utf-8"))["$defs"]
        if name not in self.schemas:
            self.schemas[name] = {}  # first, for definitions may refer to each other in a circle
            self.schemas[name].update(self.resolved(self.files[file][name], file))
        return "#/components/schemas/" + name

    def resolved(self, node, within: str = ""):
        """`node` with its references turned; `within` is the file that "#/$defs/…" means."""
        if isinstance(node, list):
            return [self.resolved(item, within) for item in node]
        if not isinstance(node, dict):
            return node
        reference = node.get("$ref")
        if isinstance(reference, str) and "#/$defs/" in reference:
            file, name = reference.split("#/$defs/")
            return {**node, "$ref": self.definition(file or within, name)}
        return {key: self.resolved(value, within) for key, value in node.items()}


def main() -> None:
    path = pathlib.Path(sys.argv[1])
    with path.open(encoding="utf-8") as source:
        document = yaml.load(source, Loader)
    brought: dict = {}
    bundled = Bundle(path.parent, brought).resolved(document)
    if brought:
        own = bundled.setdefault("components", {}).setdefault("schemas", {})
        doubled = own.keys() & brought.keys()
        if doubled:
            sys.exit(f"{path}: also defined elsewhere: {', '.join(sorted(doubled))}")
        own.update(brought)
    with open(sys.argv[2], "w", encoding="utf-8") as target:
        json.dump(bundled, target, ensure_ascii=False, separators=(",", ":"))


main()
