import { describe, expect, it } from 'vitest';
import { backoff, type Effect, type Input, initial, type Machine, step } from '../src/machine.ts';

const half = () => 0.5;

function run(inputs: Input[], random = half): { machine: Machine; effects: Effect[] } {
  let machine = initial;
  let effects: Effect[] = [];
  for (const input of inputs) [machine, effects] = step(machine, input, random);
  return { machine, effects };
}

const ready: Input[] = [{ type: 'start' }, { type: 'opened' }, { type: 'welcomed' }];
const closed = (code: number): Input => ({ type: 'closed', code });

describe('the connection as a state machine', () => {
  it('connects, says hello, is ready', () => {
    expect(run(ready.slice(0, 1))).toMatchObject({ machine: { state: 'connecting' }, effects: [{ type: 'connect' }] });
    expect(run(ready.slice(0, 2))).toMatchObject({ machine: { state: 'open' }, effects: [{ type: 'hello' }] });
    expect(run(ready)).toMatchObject({ machine: { state: 'ready', attempt: 0 } });
  });

  it.each([1001, 1005, 1006, 1012, 4500, 4513, 4599])('comes back after %i', (code) => {
    const { machine, effects } = run([...ready, closed(code)]);
    expect(machine).toMatchObject({ state: 'waiting', code });
    expect(effects).toEqual([{ type: 'wait', ms: 750 }]);
  });

  it.each([1000, 1002, 1003, 1007, 1009, 4400, 4403, 4409, 4499])('stays away after %i', (code) => {
    expect(run([...ready, closed(code)])).toMatchObject({ machine: { state: 'stopped', code }, effects: [] });
  });

  it('drops a refused token, once', () => {
    const once = [...ready, closed(4401)];
    expect(run(once).effects[0]).toEqual({ type: 'forget_token' });
    const again: Input[] = [{ type: 'due' }, { type: 'opened' }, closed(4401)];
    expect(run([...once, ...again]).machine.state).toBe('stopped');
    const later: Input[] = [{ type: 'due' }, { type: 'opened' }, { type: 'welcomed' }, closed(4401)];
    expect(run([...once, ...later]).machine.state).toBe('waiting');
  });

  it('stays away for a minute after abuse, whoever looks at the page', () => {
    const { machine, effects } = run([...ready, closed(4429)]);
    expect(effects).toEqual([{ type: 'wait', ms: 60_000 }]);
    expect(step(machine, { type: 'wake' }, half)[0].state).toBe('waiting');
  });

  it('does not wait when somebody comes back to the page', () => {
    expect(run([...ready, closed(1006), { type: 'wake' }]).effects).toEqual([{ type: 'connect' }]);
  });

  it('waits longer each time, between 0.5 and 30 s', () => {
    expect(backoff(0, () => 0)).toBe(500);
    expect(backoff(50, () => 0)).toBe(500);
    expect(backoff(0, () => 1)).toBe(1_000);
    expect(backoff(3, () => 1)).toBe(8_000);
    expect(backoff(50, () => 1)).toBe(30_000);
  });

  it('hears nothing after it was stopped', () => {
    expect(run([...ready, { type: 'stop' }]).effects).toEqual([{ type: 'close' }]);
    expect(run([...ready, { type: 'stop' }, closed(1006)]).machine.state).toBe('stopped');
  });
});
