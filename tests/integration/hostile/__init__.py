"""Clients that keep to no rule, and a chat beside them that must not notice. A case is a row: what is sent, what must come."""
from .case import HostileCase
from .rows import Command, Exchange, Frames, Json, Session, Slow, handshake
from .wire import masked

__all__ = ["Command", "Exchange", "Frames", "HostileCase", "Json", "Session", "Slow", "handshake", "masked"]
