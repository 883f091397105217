#!/usr/bin/env python3
"""Every golden frame against the schema of its kind: good ones must fit, ones refused for a field must not.

Needs python3-jsonschema. The functions serve other tests too: `validator(definition)` and `INDEX`.
"""
import json
import pathlib
import sys

import jsonschema

HERE = pathlib.Path(__file__).resolve().parent
SCHEMA = json.loads((HERE / "frames.schema.json").read_text(encoding="utf-8"))
INDEX = json.loads((HERE / "index.json").read_text(encoding="utf-8"))

# Rules that a JSON Schema cannot say: blanks, U+0000, lines, the form of an address, members that need each other.
BEYOND_SCHEMA = ("U+0000", "blank", "of two lines", ": email ", ": identity.email ", "identity.expires_at missing")


def validator(definition: str) -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator({**SCHEMA, "$ref": f"#/$defs/{definition}"})


def definition_of(role: str, frame: dict, reply_to: str | None = None) -> str:
    """The name of the definition for a frame that the server sent; `reply_to` is the type of the request."""
    if frame["type"] == "error":
        return INDEX["error"]
    if frame["type"] == "ok":
        return INDEX[role]["replies"][reply_to]
    return INDEX[role]["events"][frame["type"]]


def fault(case: dict) -> str | None:
    if "frame" not in case:
        return None
    frame, role, expect = case["frame"], case["role"], case["expect"]
    if case["direction"] == "out":
        check = validator(definition_of(role, frame, case.get("reply_to")))
        return next((error.message for error in check.iter_errors(frame)), None)
    if expect == "ok" or expect["code"] == "bad_field":
        fits = validator(INDEX[role]["requests"][frame["type"]]).is_valid(frame)
        if fits and expect != "ok" and not any(rule in case["name"] for rule in BEYOND_SCHEMA):
            return "refused, but fits its schema"
        if not fits and expect == "ok":
            return "does not fit its schema"
    return None


def main() -> int:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    count = faults = 0
    for file in sorted((HERE.parent / "examples").glob("*.json")):
        for case in json.loads(file.read_text(encoding="utf-8")):
            count += 1
            what = fault(case)
            if what:
                faults += 1
                print(f"{file.name}: {case['name']}: {what}", file=sys.stderr)
    print(f"{count} examples, {faults} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
