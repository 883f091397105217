/**
 * The widget on a strict page of its own, with the fake server behind real sockets:
 * for people and for `shots.ts`.
 */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';
import { FakeServer, Peer } from '../../client/test/fake_server.ts';
import { site } from './site.ts';

export async function serve(port = 0): Promise<{ url: string; fake: FakeServer; stop(): void; requests: string[] }> {
  const fake = new FakeServer();
  const requests: string[] = [];
  const http = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://x').pathname;
    requests.push(path);
    if (path === '/widget.js') {
      const built = readFileSync(new URL('../../dist/widget.js', import.meta.url), 'utf8');
      const json = JSON.stringify(site).replaceAll('<', '\\u003c');
      response.setHeader('Content-Type', 'text/javascript; charset=utf-8');
      return response.end(built.replace('"__VENTANILLA_SITE__"', () => json));
    }
    // As strict as a host page can be while it lets the widget in.
    response.setHeader(
      'Content-Security-Policy',
      "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self'; require-trusted-types-for 'script'",
    );
    response.setHeader('Content-Type', 'text/html; charset=utf-8');
    response.end(`<!doctype html><html lang="es"><meta name="viewport" content="width=device-width">
<title>Facturar en Línea</title><main><h1>Facturar en Línea</h1><p>Una página cualquiera.</p></main>
<script src="/widget.js" async></script></html>`);
  });
  const sockets = new WebSocketServer({ server: http, handleProtocols: () => 'ventanilla.v1' });
  sockets.on('connection', (socket) => {
    const peer = new Peer(
      fake,
      (frame) => socket.send(JSON.stringify(frame)),
      (code) => (code === 1006 ? socket.terminate() : socket.close(code)),
    );
    socket.on('message', (data) => peer.take(String(data)));
    socket.on('close', () => {
      peer.open = false;
      fake.peers.delete(peer);
    });
  });
  await new Promise<void>((resolve) => http.listen(port, '127.0.0.1', resolve));
  const address = http.address() as { port: number };
  const stop = () => {
    for (const client of sockets.clients) client.terminate();
    http.close();
  };
  return { url: `http://127.0.0.1:${address.port}/`, fake, stop, requests };
}
