// node ws_peer.js PORT REDIS_SOCKET: `ws` and `ioredis`.
import { createServer } from 'node:http';
import { Redis } from 'ioredis';
import { WebSocketServer } from 'ws';
import { answerHttp, Desk } from './desk.js';

const [port, redisPath] = process.argv.slice(2);
const redis = new Redis({ path: redisPath, enableAutoPipelining: true });
const sockets = new Map();
const desk = new Desk(redis, (person, frame) => sockets.get(person)?.send(JSON.stringify(frame)));

const server = createServer({ requestTimeout: 0 }, answerHttp);
const websockets = new WebSocketServer({ server, perMessageDeflate: false });
websockets.on('connection', (socket, request) => {
  const person = desk.person(request.url === '/ws/agent' ? 'agent' : 'visitor');
  sockets.set(person, socket);
  socket.on('message', async (data) => {
    const reply = await desk.handle(person, JSON.parse(data));
    socket.send(JSON.stringify(reply));
  });
  socket.on('close', () => {
    sockets.delete(person);
    desk.gone(person);
  });
  socket.on('error', () => {});
});
server.listen({ port: Number(port), host: '127.0.0.1', backlog: 4096 }, () => console.log('ready'));
