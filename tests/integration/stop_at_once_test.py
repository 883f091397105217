"""A second signal ends a server at once, whatever it has in hand. With AddressSanitizer this finds what is used too late."""
import asyncio
import signal
import sqlite3

from harness import DeskCase, client_id

TICKET = {"channel": "phone", "email": "ana@example.mx", "rfc": "GODE561231GR8", "department": "soporte-tecnico",
          "subject": "No puedo timbrar", "priority": "normal", "comments": "Desde ayer"}


class StopAtOnce(DeskCase):
    def post(self, token, key):
        try:
            self.http.request("POST", "/api/v1/tickets", TICKET, token=token, headers={"Idempotency-Key": key},
                              checked=False)
        except OSError:
            pass  # cut off: that is what a second signal does

    async def test_with_requests_that_wait_for_sql_and_for_each_other(self):
        token = self.server.sign_in("ana")
        database = sqlite3.connect(self.server.data / "ventanilla.db", isolation_level=None, timeout=30)
        database.execute("BEGIN IMMEDIATE")
        same = client_id()
        requests = [asyncio.create_task(asyncio.to_thread(self.post, token, key))
                    for key in (same, same, *(client_id() for _ in range(6)))]
        await self.until(lambda: self.server.metric("sql_waiting") >= 5)
        self.server._ended_here = True
        self.server.process.send_signal(signal.SIGTERM)
        await self.until(lambda: '"draining' in self.server.log_text())
        self.server.process.send_signal(signal.SIGTERM)
        self.assertEqual(await asyncio.to_thread(self.server.process.wait, 30), 0, self.server.log_text())
        database.execute("ROLLBACK")
        database.close()
        await asyncio.gather(*requests)
