"""A server ends while a command is under way to Redis whose answer does not come: what waits for it ends too, in order."""
import asyncio
import sqlite3
import time

from harness import RedisCase


class Holding:
    """Stands before a Redis. Once it has seen `word`, the connection that carried it gets no answers any more."""

    def __init__(self, path, word):
        self.path, self.word = path, word
        self.seen = asyncio.Event()

    async def start(self):
        self.listener = await asyncio.start_server(self.accept, "127.0.0.1", 0)
        return f"redis://127.0.0.1:{self.listener.sockets[0].getsockname()[1]}"

    async def accept(self, reader, writer):
        back, redis = await asyncio.open_unix_connection(self.path)
        passes = asyncio.Event()
        passes.set()
        ways = [asyncio.create_task(self.up(reader, redis, passes)), asyncio.create_task(self.down(back, writer, passes))]
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        for way in ways:
            way.cancel()
        writer.close()
        redis.close()

    async def up(self, reader, redis, passes):
        while data := await reader.read(65536):
            if self.word in data:
                passes.clear()
                self.seen.set()
            redis.write(data)

    @staticmethod
    async def down(back, writer, passes):
        while data := await back.read(65536):
            await passes.wait()
            writer.write(data)


class StopInHand(RedisCase):
    async def test_while_the_ticket_of_a_chat_is_written_into_its_log(self):
        holding = Holding(self.redis.path, b"log_ticket")
        await asyncio.to_thread(self.server.stop)
        self.server.options = ("--redis", await holding.start())
        await asyncio.to_thread(self.server.start)
        visitor, agent, chat = await self.conversation()
        other = await self.visitor()
        waiting = (await other.start())["id"]
        await agent.assigned(waiting)
        # Both end with the visitor's last message unanswered, in one round: a ticket each, which the log is to name. The
        # second is promised while the first is being written.
        await asyncio.gather(visitor.ok("chat.close", chat=chat), other.ok("chat.close", chat=waiting))
        for client in self.clients:
            client.cut()
        self.clients.clear()
        await asyncio.wait_for(holding.seen.wait(), 30)
        await asyncio.to_thread(self.wait_for_tickets, 2)
        await asyncio.to_thread(self.server.stop)  # exit 0, says the contract

    def wait_for_tickets(self, count):
        while len(self.rows("SELECT 1 FROM ticket")) < count:
            time.sleep(0.002)

    def rows(self, query):
        with sqlite3.connect(f"file:{self.server.data}/ventanilla.db?mode=ro", uri=True, timeout=30) as database:
            return database.execute(query).fetchall()
