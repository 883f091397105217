/** Chats that were held before, so that the server knows how long one takes. */
import type { Page } from 'playwright-core';

/** Holds and ends `count` chats of a department, over sockets of the customer's page. An agent must be free. */
export async function holdChats(page: Page, server: string, department: string, count: number): Promise<void> {
  await page.evaluate(
    async ([url, where, number]) => {
      const hold = () =>
        new Promise<void>((resolve, reject) => {
          const socket = new WebSocket(`${url}/ws/visitor`, 'ventanilla.v1');
          const ask = (frame: object) => socket.send(JSON.stringify(frame));
          let chat = '';
          socket.onopen = () => ask({ type: 'hello', id: 1, channel: 'soporte' });
          socket.onmessage = ({ data }) => {
            const frame = JSON.parse(data as string);
            if (frame.type === 'error') reject(new Error(data as string));
            else if (frame.re === 1) {
              const who = { name: 'Antes', email: 'antes@example.mx', message: 'Hola', department: where };
              ask({ type: 'chat.start', id: 2, client_id: 'antes', ...who });
            } else if (frame.re === 2) chat = frame.chat.id;
            else if (frame.kind === 'assigned') ask({ type: 'chat.close', id: 3, chat });
            else if (frame.re === 3) {
              socket.close();
              resolve();
            }
          };
        });
      for (let i = 0; i < number; i++) await hold();
    },
    [server.replace('http', 'ws'), department, count] as const,
  );
}
