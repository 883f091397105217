/** Frames with sensible defaults, for tests that care about one field of them. */
import type { Chat, Entry, Hello, MessageEntry, Queue, Ticket, Visitor } from '../src/state/wire.ts';

export const T0 = Date.UTC(2026, 10, 23, 16, 0, 0);

export function chat(id: string, fields: Partial<Chat> = {}): Chat {
  return {
    id,
    status: 'assigned',
    department: 'soporte-tecnico',
    priority: 0,
    agent: { id: 'a_ana', name: 'Ana Torres' },
    position: null,
    wait_s: null,
    last: 0,
    read: { visitor: 0, agent: 0 },
    ...fields,
  };
}

export function visitor(id: string, fields: Partial<Visitor> = {}): Visitor {
  return { id, name: `Visitante ${id}`, email: `${id}@example.mx`, verified: false, connected: true, ...fields };
}

export function said(
  chatId: string,
  seq: number,
  by: 'visitor' | 'agent',
  at: number,
  fields: Partial<MessageEntry> = {},
): Entry {
  const from = by === 'agent' ? { role: by, id: 'a_ana', name: 'Ana Torres' } : { role: by, id: 'v_1', name: 'Luis' };
  return { chat: chatId, seq, at, kind: 'message', from, text: `mensaje ${seq}`, ...fields };
}

export function queue(department: string, fields: Partial<Queue> = {}): Queue {
  return { department, waiting: 0, longest_wait_s: 0, agents_online: 1, free_slots: 3, chats: [], ...fields };
}

export function hello(fields: Partial<Hello> = {}): Hello {
  return {
    agent: {
      id: 'a_ana',
      username: 'ana',
      name: 'Ana Torres',
      role: 'agent',
      departments: ['soporte-tecnico'],
      capacity: 4,
    },
    state: 'online',
    chats: [],
    queues: [queue('soporte-tecnico')],
    agents: [],
    now: T0,
    limits: {} as Hello['limits'],
    ...fields,
  };
}

export function ticket(number: number, fields: Partial<Ticket> = {}): Ticket {
  return {
    number: `T-${String(number).padStart(6, '0')}`,
    state: 'open',
    channel: 'form',
    email: 'luis@comercial-puebla.mx',
    rfc: 'CACX7605101P8',
    department: 'soporte-tecnico',
    subject: 'No puedo timbrar',
    priority: 'normal',
    created_at: T0,
    updated_at: T0,
    assignee: null,
    chat: null,
    follows: null,
    first_response_due_at: T0 + 24 * 3_600_000,
    first_responded_at: null,
    resolution_due_at: T0 + 48 * 3_600_000,
    resolved_at: null,
    closes_at: null,
    ...fields,
  };
}
