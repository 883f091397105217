import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Typing } from '../src/typing.ts';

describe('what the agent sees of what is being typed', () => {
  let told: [on: boolean, draft: string, at: number][] = [];
  let typing: Typing;
  const begin = 1_000_000;

  beforeEach(() => {
    vi.useFakeTimers({ now: begin });
    told = [];
    typing = new Typing((on, draft) => told.push([on, draft, Date.now() - begin]));
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('begins at once and has the last letter within a second of it', () => {
    typing.typed('H');
    vi.advanceTimersByTime(100);
    typing.typed('Ho');
    vi.advanceTimersByTime(100);
    typing.typed('Hola');
    vi.advanceTimersByTime(2_000);
    expect(told).toEqual([
      [true, 'H', 0],
      [true, 'Hola', 1_000],
    ]);
  });

  it('follows a quick hand once a second', () => {
    for (let i = 1; i <= 100; i++) {
      typing.typed('x'.repeat(i));
      vi.advanceTimersByTime(50);
    }
    expect(told.length).toBeGreaterThanOrEqual(5);
    expect(told.length).toBeLessThanOrEqual(6);
    for (const [, draft, at] of told) expect(draft.length).toBeGreaterThanOrEqual(at / 50);
  });

  it('rests five seconds after the last letter, and says nothing after that', () => {
    typing.typed('Hola');
    vi.advanceTimersByTime(60_000);
    expect(told).toEqual([
      [true, 'Hola', 0],
      [false, 'Hola', 5_000],
    ]);
  });

  it('stops at once when the box is empty or sent', () => {
    typing.typed('Hola');
    typing.typed('Hola,');
    typing.typed('');
    vi.advanceTimersByTime(60_000);
    expect(told).toEqual([
      [true, 'Hola', 0],
      [false, '', 0],
    ]);
  });
});
