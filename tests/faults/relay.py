"""TCP relays between the parts, in a process of its own so that a busy runner does not slow them down.

Carries out one command per line of standard input, each an object of JSON, and answers each with a line. A command names
a relay and what to do:

  listen   opens this relay to `target` (a path or HOST:PORT); the answer is its port
  gate     up, down: whether bytes pass towards the target and back; new: what happens to new connections
           (pass, hold: nothing passes until healed, refuse). `share` of the connections, `only` subscribers.
  slow     bytes_per_s in both directions, for a share of the connections
  abort    a share of the connections breaks, on both sides
  half     a share of the connections breaks towards the client only; the target hears nothing of it
  deaf     the same the other way: breaks towards the target, the client hears nothing of it
  heal     all of that ends
"""
import asyncio
import json
import random
import socket
import sys

CHUNK = 65536
SMALL_WINDOW = 32768  # so that what is not read backs up to the sender soon


class Way:
    """One direction of one connection."""

    def __init__(self):
        self.open = asyncio.Event()
        self.open.set()
        self.bytes_per_s = 0


class Connection:
    def __init__(self, client):
        self.client, self.target = client, None   # writers
        self.up, self.down = Way(), Way()
        self.subscribes = self.halved = False

    def abort(self):
        for writer in (self.client, self.target):
            if writer is not None:
                writer.transport.abort()

    def halve(self, side):
        self.halved = True
        self.up.open.clear()
        self.down.open.clear()
        if side is not None:
            side.transport.abort()


class Relay:
    def __init__(self, target):
        self.path = target if target.startswith("/") else None
        self.address = None if self.path else (target.rsplit(":", 1)[0], int(target.rsplit(":", 1)[1]))
        self.connections = set()
        self.new = "pass"
        self.shut = (False, False)  # up, down: for connections that come while new is `hold`
        self.dice = random.Random(0)

    async def listen(self):
        server = await asyncio.start_server(self.accept, "127.0.0.1", 0, backlog=4096)
        return server.sockets[0].getsockname()[1]

    async def dial(self):
        if self.path:
            return await asyncio.open_unix_connection(self.path)
        sock = socket.socket()
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL_WINDOW)
        sock.setblocking(False)
        await asyncio.get_running_loop().sock_connect(sock, self.address)
        return await asyncio.open_connection(sock=sock)

    async def accept(self, reader, writer):
        connection = Connection(writer)
        if self.new == "refuse":
            connection.abort()
            return
        self.connections.add(connection)
        try:
            if self.new == "hold":
                for way, shut in zip((connection.up, connection.down), self.shut):
                    if shut:
                        way.open.clear()
            back, connection.target = await self.dial()
            await asyncio.gather(self.pump(connection, reader, connection.target, connection.up),
                                 self.pump(connection, back, writer, connection.down))
        except OSError:
            pass
        finally:
            connection.abort()
            self.connections.discard(connection)

    @staticmethod
    async def pump(connection, reader, writer, way):
        try:
            while data := await reader.read(CHUNK):
                connection.subscribes |= b"SUBSCRIBE" in data[:4096]
                if way.bytes_per_s:
                    await asyncio.sleep(len(data) / way.bytes_per_s)
                await way.open.wait()
                writer.write(data)
                await writer.drain()
            await way.open.wait()  # an end is not seen either while nothing passes
        except OSError:
            if connection.halved:
                await way.open.wait()
        writer.close()

    def some(self, share=1.0, only=None, **_):
        chosen = [each for each in self.connections if only is None or each.subscribes]
        return [each for each in chosen if share >= 1 or self.dice.random() < share]

    def do(self, what, seed=None, up=True, down=True, new="pass", bytes_per_s=0, **which):
        if seed is not None:
            self.dice = random.Random(seed)
        chosen = self.some(**which)
        if what == "gate":
            self.new, self.shut = new, (not up, not down)
            for each in chosen:
                for way, is_open in ((each.up, up), (each.down, down)):
                    if not is_open:
                        way.open.clear()
        elif what == "slow":
            for each in chosen:
                each.up.bytes_per_s = each.down.bytes_per_s = bytes_per_s
        elif what == "abort":
            self.new = new
            for each in chosen:
                each.abort()
        elif what == "half":
            for each in chosen:
                each.halve(each.client)
        elif what == "deaf":
            for each in chosen:
                each.halve(each.target)
        elif what == "heal":
            self.heal()
        return len(chosen)

    def heal(self):
        self.new = "pass"
        for each in list(self.connections):
            if each.halved:
                each.abort()
            for way in (each.up, each.down):
                way.bytes_per_s = 0
                way.open.set()


async def main():
    relays = {}
    commands = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(commands), sys.stdin)
    while line := await commands.readline():
        command = json.loads(line)
        name = command.pop("relay")
        if command["what"] == "listen":
            relays[name] = Relay(command["target"])
            say(await relays[name].listen())
        else:
            say(relays[name].do(**command))


def say(answer):
    print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
