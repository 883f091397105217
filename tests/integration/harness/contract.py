"""What may go over the wire: frames by their kind (protocol/schema), HTTP by operation and status (openapi.yaml)."""
import functools
import importlib.util
import json
import pathlib
import re
import threading

import jsonschema
import yaml

PROTOCOL = pathlib.Path(__file__).resolve().parents[3] / "protocol"

_spec = importlib.util.spec_from_file_location("check_examples", PROTOCOL / "schema" / "check_examples.py")
examples = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(examples)

# Where the documents seem to be, so that their references to each other can be resolved. Nothing is fetched.
BASE = "http://protocol.invalid/"

# `Entry` is one of eight shapes; the kind says which, and then the message says what is wrong instead of "none of".
ENTRY_KINDS = {
    "message": "TextEntry", "queued": "QueuedEntry", "assigned": "AssignedEntry", "transferred": "TransferredEntry",
    "ticket": "TicketEntry", "rated": "RatedEntry", "closed": "ClosedEntry",
}


class Misfit(AssertionError):
    """A frame or a body that the contract does not know."""


@functools.cache
def _validator(definition):
    return examples.validator(definition)


def _check(definition, frame):
    if definition == "Entry" and frame.get("kind") in ENTRY_KINDS:
        definition = "FileEntry" if "file" in frame else ENTRY_KINDS[frame["kind"]]
    error = jsonschema.exceptions.best_match(_validator(definition).iter_errors(frame))
    if error is not None:
        path = ".".join(str(part) for part in error.absolute_path)
        raise Misfit(f"{definition}: {path}: {error.message}\n{json.dumps(frame, ensure_ascii=False)[:2000]}")


def check_received(role, frame, reply_to=None):
    """A frame from the server; `reply_to` is the type of the request that it answers."""
    try:
        definition = examples.definition_of(role, frame, reply_to)
    except KeyError:
        raise Misfit(f"unknown to the contract ({role}, reply to {reply_to}): {frame}") from None
    _check(definition, frame)


def check_sent(role, frame):
    _check(examples.INDEX[role]["requests"][frame["type"]], frame)


@functools.cache
def _openapi():
    text = (PROTOCOL / "openapi.yaml").read_text(encoding="utf-8")
    document = yaml.safe_load(text)
    frames = {f"{BASE}schema/frames.schema.json": examples.SCHEMA}
    resolver = jsonschema.RefResolver(BASE + "openapi.yaml", document, store=frames)
    return document, resolver


@functools.cache
def _paths():
    document, _ = _openapi()
    # The literal paths first: /sessions/current before /sessions/{id}.
    ordered = sorted(document["paths"], key=lambda path: path.count("{"))
    return [(re.compile("^" + re.sub(r"\{[^}]+\}", "[^/]+", path) + "$"), path) for path in ordered]


# A resolver keeps the document that it is in on a stack of its own, so that of two threads one looks in the wrong place.
_resolving = threading.Lock()


def check_http(method, path, response):
    """One answer of the server against the operation of `method` and `path` (without the query). From any thread."""
    with _resolving:
        _check_http(method, path, response)


def _check_http(method, path, response):
    document, resolver = _openapi()
    found = next((name for pattern, name in _paths() if pattern.match(path)), None)
    operation = document["paths"].get(found, {}).get(method.lower())
    if operation is None:
        schema = {"$ref": "#/components/responses/Problem"} if response.status >= 400 else None
        if schema is None:
            raise Misfit(f"{method} {path} is not in openapi.yaml, yet answers {response.status}")
        answer = schema
    else:
        answers = operation["responses"]
        answer = answers.get(str(response.status), answers.get("default"))
        if answer is None:
            raise Misfit(f"{method} {path}: openapi.yaml has no answer {response.status}")
    if "$ref" in answer:
        _, answer = resolver.resolve(BASE + "openapi.yaml" + answer["$ref"])
    content = answer.get("content", {})
    if not content:
        if response.body:
            raise Misfit(f"{method} {path} {response.status}: a body where none belongs: {response.body[:200]!r}")
        return
    media_type = response.headers.get("content-type", "").split(";")[0]
    if media_type not in content:
        raise Misfit(f"{method} {path} {response.status}: {media_type!r}, expected one of {list(content)}")
    if not media_type.endswith("json"):
        return
    validator = jsonschema.Draft202012Validator(content[media_type]["schema"], resolver=resolver)
    error = jsonschema.exceptions.best_match(validator.iter_errors(response.json()))
    if error is not None:
        path_in_body = ".".join(str(part) for part in error.absolute_path)
        raise Misfit(f"{method} {path} {response.status}: {path_in_body}: {error.message}\n{response.body[:2000]!r}")
