#!/usr/bin/env python3
"""Writes the golden frames that clients send into a directory, one file each: the seeds of decode_fuzz."""
import hashlib
import json
import pathlib
import sys


def main() -> None:
    target = pathlib.Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    examples = pathlib.Path(__file__).resolve().parents[2] / "protocol" / "examples"
    for file in sorted(examples.glob("*.json")):
        for case in json.loads(file.read_text(encoding="utf-8")):
            if case["direction"] != "in":
                continue
            text = case["raw"] if "raw" in case else json.dumps(case["frame"], ensure_ascii=False)
            seed = text.encode("utf-8", "surrogatepass")
            (target / hashlib.sha1(seed).hexdigest()).write_bytes(seed)


if __name__ == "__main__":
    main()
