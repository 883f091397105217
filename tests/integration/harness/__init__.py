"""A real server and real clients for it. Everything received is checked against the contract."""
from .clients import Agent, Closed, Connection, Refused, Visitor, client_id
from .desk_case import DeskCase, RedisCase
from .http import Http
from .postgres import Postgres
from .redis import Redis, private_redis
from .sentinels import MasterSet
from .server import ROOT, Server, TESTING_BINARY, binary
from .site import site_toml
from .tickets import TicketCase, WorkCase
from .wall_clock import WallClock

__all__ = ["Agent", "Closed", "Connection", "DeskCase", "Http", "MasterSet", "Postgres", "ROOT", "Redis", "RedisCase",
           "Refused", "Server", "TESTING_BINARY", "TicketCase", "Visitor", "WallClock", "WorkCase", "binary",
           "client_id", "private_redis", "site_toml"]
