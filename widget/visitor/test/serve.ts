/**
 * The widget on a strict page of its own, with the fake server behind real sockets:
 * for people and for `shots.ts`.
 */
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { WebSocketServer } from 'ws';
import { FakeServer, Peer } from '../../client/test/fake_server.ts';
import { site } from './site.ts';

/** A picture and a sound that can be decoded, and a desk that takes every ticket but the first. */
const image =
  'iVBORw0KGgoAAAANSUhEUgAAAPAAAABQCAAAAAACIqegAAAAd0lEQVR42u3YMREAMAwDsfBHVjiFEAIm4Jw8/6LV88Ne2JVugIGBgYGBgYGBgYGBgYGBgYHrwZdxqQMGBgYGBgYGBgYGBgYGBgYG7gd7LYGBgYGBgYGBgYGBgYGBgYGB28BeS2BgYGBgYGBgYGBgYGBgYGDgsm4BqZJ3wf0m0GsAAAAASUVORK5CYII=';
const silence = Buffer.alloc(44 + 800);
silence.write('RIFF', 0);
silence.writeUInt32LE(836, 4);
silence.write('WAVEfmt ', 8);
silence.writeUInt32LE(16, 16);
silence.writeUInt16LE(1, 20);
silence.writeUInt16LE(1, 22);
silence.writeUInt32LE(8000, 24);
silence.writeUInt32LE(16000, 28);
silence.writeUInt16LE(2, 32);
silence.writeUInt16LE(16, 34);
silence.write('data', 36);
silence.writeUInt32LE(800, 40);

let challenges = 0;
let attempts = 0;

async function answer(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
  for await (const _ of request);
  const json = (status: number, body: object) => {
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
  };
  if (path === '/api/v1/site') {
    const departments = [
      ['soporte-tecnico', 'Soporte Técnico'],
      ['pagos', 'Seguimiento de pagos'],
    ].map(([id, name]) => ({ id, name }));
    return json(200, { departments, captcha: { mode: 'code' }, files: { max_mib: 10, types: ['image/png'] } });
  }
  if (path === '/api/v1/captcha') {
    const audio = `data:audio/wav;base64,${silence.toString('base64')}`;
    return json(200, { id: `q${++challenges}`, kind: 'code', image: `data:image/png;base64,${image}`, audio });
  }
  if (path === '/api/v1/files') {
    return json(201, { file: { id: 'f_1', name: 'captura.png', size: 2048, media_type: 'image/png' } });
  }
  if (path.startsWith('/api/v1/files/')) {
    return void response.writeHead(200, { 'Content-Type': 'image/png' }).end(Buffer.from(image, 'base64'));
  }
  if (++attempts === 1) {
    const errors = [
      { field: 'subject', code: 'invalid', message: 'El asunto va en una sola línea.' },
      { field: 'captcha', code: 'wrong', message: 'El código no coincide.' },
    ];
    return json(422, { code: 'bad_field', errors });
  }
  attempts = 0;
  const day = 86_400_000;
  const due = { first_response_due_at: Date.now() + day, resolution_due_at: Date.now() + 3 * day };
  json(201, { ticket: { number: 'T-000123', ...due }, url: '/ticket/T-000123?key=secreta' });
}

export async function serve(port = 0): Promise<{ url: string; fake: FakeServer; stop(): void; requests: string[] }> {
  const fake = new FakeServer();
  const requests: string[] = [];
  const http = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://x').pathname;
    requests.push(path);
    if (/^\/widget-\w+\.js$/.test(path)) {
      response.setHeader('Content-Type', 'text/javascript; charset=utf-8');
      return response.end(readFileSync(new URL(`../../dist${path}`, import.meta.url)));
    }
    if (path.startsWith('/api/')) return void answer(request, response, path);
    if (path === '/widget.js') {
      const built = readFileSync(new URL('../../dist/widget.js', import.meta.url), 'utf8');
      const json = JSON.stringify(site).replaceAll('<', '\\u003c');
      response.setHeader('Content-Type', 'text/javascript; charset=utf-8');
      return response.end(built.replace('"__VENTANILLA_SITE__"', () => json));
    }
    // As strict as a host page can be while it lets the widget in.
    response.setHeader(
      'Content-Security-Policy',
      "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'none'; require-trusted-types-for 'script'",
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
