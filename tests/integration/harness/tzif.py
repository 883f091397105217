"""TZif files (RFC 8536): a zone that follows a rule from the first instant on."""
import struct


def tzif(rule):
    """`rule` is a TZ string: "XXX6"."""
    block = b"TZif2" + bytes(15) + struct.pack(">6L", 0, 0, 0, 0, 1, 1) + bytes(6) + b"\0"
    return block + block + b"\n" + rule.encode() + b"\n"
