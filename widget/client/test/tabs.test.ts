import { describe, expect, it } from 'vitest';
import { type Leader, RequestError, Tabs } from '../src/index.ts';

/** Web Locks of one origin: one holder, the others in line. */
function locks(): Pick<LockManager, 'request'> {
  const line: (() => Promise<void>)[] = [];
  let held = false;
  const next = () => {
    const first = line.shift();
    if (!first) return;
    held = true;
    void first().then(() => {
      held = false;
      next();
    });
  };
  return {
    request: ((_name: string, { signal }: LockOptions, hold: () => Promise<void>) =>
      new Promise((resolve, reject) => {
        const entry = () => hold().then(resolve as () => void);
        signal?.addEventListener('abort', () => {
          if (line.includes(entry)) line.splice(line.indexOf(entry), 1);
          reject(new DOMException('aborted', 'AbortError'));
        });
        line.push(entry);
        if (!held) next();
      })) as LockManager['request'],
  };
}

const soon = (ms = 20) => new Promise((resolve) => setTimeout(resolve, ms));

function tab(shared: Pick<LockManager, 'request'> | undefined, name: string, slow = false) {
  const seen: string[] = [];
  const log: string[] = [];
  const tabs: Tabs<string, string> = new Tabs({
    name,
    locks: shared,
    show: (state) => seen.push(state),
    lead: (publish, last): Leader<string> => {
      let state = last ?? '';
      publish(state);
      return {
        async command(command) {
          if (command === 'bad') throw new RequestError('offline', 'nadie', 'department');
          if (slow) await soon(500);
          log.push(command);
          state += command;
          publish(state);
          return state;
        },
        stop: () => log.push('stopped'),
      };
    },
  });
  tabs.start();
  return { tabs, seen, log };
}

describe('tabs', () => {
  it('one leads, the others see the same and have it do things', async () => {
    const shared = locks();
    const [a, b] = [tab(shared, 'one'), tab(shared, 'one')];
    await soon();
    expect([a.tabs.leading, b.tabs.leading]).toEqual([true, false]);
    expect(await b.tabs.send('x')).toBe('x');
    await soon();
    expect([a.seen.at(-1), b.seen.at(-1)]).toEqual(['x', 'x']);
    await expect(b.tabs.send('bad')).rejects.toMatchObject({ code: 'offline', message: 'nadie', field: 'department' });
    a.tabs.stop();
    b.tabs.stop();
  });

  it('when the leader goes, the next one goes on with its state and with what was not answered', async () => {
    const shared = locks();
    const [a, b, c] = [tab(shared, 'two', true), tab(shared, 'two'), tab(shared, 'two')];
    await soon();
    const answer = [b.tabs.send('x'), c.tabs.send('y')];
    await soon();
    a.tabs.stop();
    expect(await Promise.all(answer)).toEqual(['x', expect.stringMatching(/^xy|yx|y$/)]);
    expect([b.tabs.leading, c.tabs.leading]).toEqual([true, false]);
    await soon();
    expect(c.seen.at(-1)).toBe(b.seen.at(-1));
    b.tabs.stop();
    c.tabs.stop();
  });

  it('a tab that comes later sees the state at once', async () => {
    const shared = locks();
    const a = tab(shared, 'three');
    await a.tabs.send('x');
    const b = tab(shared, 'three');
    await soon();
    expect(b.seen).toEqual(['x']);
    a.tabs.stop();
    b.tabs.stop();
  });

  it('without locks, or where they are refused, each leads for itself', async () => {
    const refusing = { request: () => Promise.reject(new DOMException('', 'SecurityError')) } as Pick<
      LockManager,
      'request'
    >;
    for (const manager of [undefined, refusing]) {
      const a = tab(manager, 'four');
      await soon();
      expect(a.tabs.leading).toBe(true);
      expect(await a.tabs.send('x')).toBe('x');
      a.tabs.stop();
    }
  });
});
