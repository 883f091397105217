// node socketio_peer.js PORT REDIS_SOCKET: Socket.IO with the Redis adapter, and `ioredis`. People are reached through rooms,
// so that any number of such processes could share the work, as its documentation advises.
import { createServer } from 'node:http';
import { createAdapter } from '@socket.io/redis-adapter';
import { Redis } from 'ioredis';
import { Server } from 'socket.io';
import { answerHttp, Desk } from './desk.js';

const [port, redisPath] = process.argv.slice(2);
const redis = new Redis({ path: redisPath, enableAutoPipelining: true });
const published = new Redis({ path: redisPath, enableAutoPipelining: true });
const subscribed = new Redis({ path: redisPath });

const server = createServer({ requestTimeout: 0 }, answerHttp);
const io = new Server(server, {
  transports: ['websocket'],
  serveClient: false,
  perMessageDeflate: false,
  adapter: createAdapter(published, subscribed),
});
const desk = new Desk(redis, (person, frame) => io.to(person.id).emit('f', frame));
io.on('connection', (socket) => {
  const person = desk.person(socket.handshake.auth.role);
  socket.join(person.id);
  socket.on('f', async (request, acknowledge) => acknowledge(await desk.handle(person, request)));
  socket.on('disconnect', () => desk.gone(person));
});
server.listen({ port: Number(port), host: '127.0.0.1', backlog: 4096 }, () => console.log('ready'));
