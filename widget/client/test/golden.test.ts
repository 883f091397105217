import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  isAgentWelcome,
  isErrorReply,
  isEvent,
  isOk,
  isReply,
  isVisitorWelcome,
  parseFrame,
  type RequestType,
  verdictOf,
} from '../src/index.ts';

interface Example {
  name: string;
  role: 'visitor' | 'agent';
  direction: 'in' | 'out';
  frame?: { type: string };
  close?: { code: number };
  reply_to?: string;
  expect: unknown;
}

// The same files as the server's tests and fuzzers read. A missing folder is a failure.
const folder = new URL('../../../protocol/examples/', import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
const examples = files.flatMap((name) => JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as Example[]);
const outgoing = examples.filter(({ direction }) => direction === 'out');

function accepts({ frame, reply_to, role }: Example): boolean {
  if (frame?.type === 'error') return isErrorReply(frame);
  if (frame?.type !== 'ok') return isEvent(frame);
  if (reply_to === 'hello') return role === 'agent' ? isAgentWelcome(frame) : isVisitorWelcome(frame);
  return reply_to ? isReply(reply_to as RequestType, frame) : isOk(frame);
}

describe('golden frames', () => {
  it('are there', () => {
    expect(outgoing.filter(({ frame }) => frame).length).toBeGreaterThan(50);
    expect(outgoing.filter(({ close }) => close).length).toBeGreaterThan(5);
  });

  it.each(outgoing.filter(({ frame }) => frame))('$role: $name', (example) => {
    expect(parseFrame(JSON.stringify(example.frame))).toEqual(example.frame);
    expect(accepts(example)).toBe(true);
  });

  it.each(outgoing.filter(({ close }) => close))('close: $name', ({ close, expect: wanted }) => {
    expect(verdictOf(close?.code ?? 0)).toBe(wanted);
  });
});

describe('what is no frame', () => {
  it.each(['', 'x', '[]', 'null', '7', '{}', '{"type":7}'])('%s', (text) => {
    expect(parseFrame(text)).toBeUndefined();
  });

  it('an event with a field of the wrong type', () => {
    expect(isEvent({ type: 'tick', chat: 'c_1', last: '7' })).toBe(false);
    expect(isEvent({ type: 'entry', chat: 'c_1', seq: 0, at: 1, kind: 'message', text: '' })).toBe(false);
    expect(isEvent({ type: 'constructor' })).toBe(false);
  });
});
