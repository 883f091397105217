// What both peers do with a request: the same work as the server for the load tester's `talk`, and no more. A message is
// added to the chat's stream in Redis, given to the other side, and acknowledged after Redis has it on disk.
import { randomBytes } from 'node:crypto';

const id = (prefix) => prefix + randomBytes(16).toString('base64url');

export class Desk {
  #agents = [];
  #chats = new Map();
  #redis;
  #deliver;

  /** `deliver(person, frame)` sends `frame` to that person's socket. */
  constructor(redis, deliver) {
    this.#redis = redis;
    this.#deliver = deliver;
  }

  /** A person for one connection. */
  person(role) {
    return { id: id(role === 'agent' ? 'a_' : 'v_'), role, name: '', chats: 0 };
  }

  gone(person) {
    this.#agents = this.#agents.filter((agent) => agent !== person);
  }

  /** The reply to `request`, once it is true. */
  async handle(person, request) {
    const ok = { type: 'ok', re: request.id };
    switch (request.type) {
      case 'hello':
        return { ...ok, ...(person.role === 'agent' ? this.#helloAgent(person) : this.#helloVisitor(person)) };
      case 'state.set':
        this.gone(person);
        if (request.state === 'online') this.#agents.push(person);
        return { ...ok, state: request.state };
      case 'chat.start':
        return { ...ok, chat: this.#start(person, request) };
      case 'message.send': {
        const text = { text: request.text, client_id: request.client_id };
        return { ...ok, ...(await this.#append(person, request.chat, 'message', text)) };
      }
      case 'chat.close': {
        const closed = await this.#append(person, request.chat, 'closed', { by: person.role, outcome: 'left' });
        this.#chats.get(request.chat).agent.chats -= 1;
        return { ...ok, seq: closed.seq };
      }
      default:
        return { type: 'error', re: request.id, code: 'unknown_type', message: request.type };
    }
  }

  #helloVisitor(person) {
    return { visitor: person.id, token: id(''), now: Date.now(), limits: {}, channel: { id: 'carga' }, chat: null };
  }

  #helloAgent(person) {
    return { agent: { id: person.id, capacity: 10000 }, state: 'offline', chats: [], queues: [], agents: [] };
  }

  #start(visitor, request) {
    visitor.name = request.name;
    const agent = this.#agents.reduce((least, other) => (other.chats < least.chats ? other : least));
    agent.chats += 1;
    const chat = { id: id('c_'), status: 'assigned', last: 0 };
    this.#chats.set(chat.id, { seq: 0, agent, visitor });
    this.#deliver(agent, { type: 'chat.assigned', chat, visitor: { id: visitor.id, name: visitor.name } });
    return chat;
  }

  async #append(person, chatId, kind, content) {
    const chat = this.#chats.get(chatId);
    chat.seq += 1;
    const { seq } = chat;
    const at = Date.now();
    const from = { role: person.role, id: person.id, name: person.name };
    const entry = { type: 'entry', chat: chatId, seq, at, kind, from, ...content };
    await this.#redis.xadd(`chat:${chatId}`, `0-${seq}`, 'entry', JSON.stringify(entry));
    this.#deliver(person === chat.agent ? chat.visitor : chat.agent, entry);
    return { seq, at };
  }
}

/** Answers the few HTTP requests of the load tester: everybody may sign in. */
export function answerHttp(request, response) {
  const body = request.url === '/api/v1/sessions' ? JSON.stringify({ agent: {}, token: 'peer' }) : '{}';
  request.resume();
  response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) });
  response.end(body);
}
