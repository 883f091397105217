// node accept_peer.js PORT: `ws` accepts, and that is all. Nothing is said, kept or looked up.
import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';

const server = createServer({ requestTimeout: 0 });
const websockets = new WebSocketServer({ server, perMessageDeflate: false });
websockets.on('connection', (socket) => socket.on('error', () => {}));
server.listen({ port: Number(process.argv[2]), host: '127.0.0.1', backlog: 4096 }, () => console.log('ready'));
