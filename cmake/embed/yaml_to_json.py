"""yaml_to_json.py IN OUT: one YAML document as compact JSON, keys in their order."""

import json
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

with open(sys.argv[1], encoding="utf-8") as source:
    document = yaml.load(source, Loader)
with open(sys.argv[2], "w", encoding="utf-8") as target:
    json.dump(document, target, ensure_ascii=False, separators=(",", ":"))
