import { beforeEach, describe, expect, it, vi } from 'vitest';
import { textOn } from '../src/colour.ts';
import { draw, Fragment, h } from '../src/dom.ts';
import { Speech } from '../src/words.ts';

describe('drawing', () => {
  let root: HTMLElement;
  beforeEach(() => {
    root = document.createElement('div');
    document.body.append(root);
  });

  it('makes text of text, whatever it holds', () => {
    draw(root, <p>{'<img src=x onerror=alert(1)>'}</p>);
    expect(root.querySelector('img')).toBeNull();
    expect(root.textContent).toBe('<img src=x onerror=alert(1)>');
  });

  it('keeps elements by key, puts them in order, removes what is gone', () => {
    const list = (...keys: string[]) =>
      draw(
        root,
        keys.map((key) => <li key={key}>{key}</li>),
      );
    list('a', 'b', 'c');
    const [a, b] = [...root.children];
    list('b', 'd', 'a');
    expect([...root.children].map((one) => one.textContent)).toEqual(['b', 'd', 'a']);
    expect(root.children[0]).toBe(b);
    expect(root.children[2]).toBe(a);
  });

  it('does not take the focus away when something before it goes', () => {
    const form = (error: boolean) =>
      draw(
        root,
        <>
          {error && <p>wrong</p>}
          <input value="x" />
        </>,
      );
    form(true);
    root.querySelector('input')?.focus();
    form(false);
    expect(document.activeElement).toBe(root.querySelector('input'));
    form(true);
    expect(document.activeElement).toBe(root.querySelector('input'));
  });

  it('sets and takes back attributes, listeners and values', () => {
    const click = vi.fn();
    draw(root, <button disabled aria-expanded={false} title="x" onClick={click} />);
    const button = root.querySelector('button') as HTMLButtonElement;
    expect(button.outerHTML).toBe('<button disabled="" aria-expanded="false" title="x"></button>');
    draw(root, <button aria-expanded={true} onClick={click} />);
    expect(button.outerHTML).toBe('<button aria-expanded="true"></button>');
    button.click();
    expect(click).toHaveBeenCalledOnce();
    draw(root, <button />);
    button.click();
    expect(click).toHaveBeenCalledOnce();
  });

  it('gives a select its value after its options', () => {
    draw(
      root,
      <select value="b">
        <option value="a">A</option>
        <option value="b">B</option>
      </select>,
    );
    expect(root.querySelector('select')?.value).toBe('b');
  });
});

describe('colour of text on the accent', () => {
  const luminance = (hex: string) => {
    const [r, g, b] = [1, 3, 5].map((i) => {
      const c = Number.parseInt(hex.slice(i, i + 2), 16) / 255;
      return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    }) as [number, number, number];
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };

  it('can be read on any accent', () => {
    let worst = 21;
    for (let rgb = 0; rgb < 0x1000000; rgb += 0x1357) {
      const accent = `#${rgb.toString(16).padStart(6, '0')}`;
      const ground = luminance(accent);
      worst = Math.min(worst, textOn(accent) === '#fff' ? 1.05 / (ground + 0.05) : (ground + 0.05) / 0.05);
    }
    expect(worst).toBeGreaterThanOrEqual(4.5);
  });
});

describe('words', () => {
  const es = new Speech('es', 'America/Mexico_City');
  const en = new Speech('en-GB', 'America/Mexico_City');
  // Sunday, 23:30 in Mexico, when it is Monday in UTC.
  const sunday = Date.UTC(2026, 5, 8, 5, 30);

  it('say the place and the wait', () => {
    expect(es.place(3, 120)).toBe('Le atenderemos en unos 2 minutos. Es el 3.º en la fila.');
    expect(es.place(1, 30)).toBe('Le atenderemos en cerca de 1 minuto. Es el 1.º en la fila.');
    expect(en.place(2, 60)).toBe('We will be with you in about 1 minute. You are number 2 in line.');
    expect(es.place(null, null)).toBe('En un momento le atenderemos.');
  });

  it('say the next opening by the site clock', () => {
    const monday = Date.UTC(2026, 5, 8, 15);
    expect(es.opening(monday, sunday)).toMatch(/^mañana, 9:00/);
    expect(en.opening(monday, monday - 3_600_000)).toMatch(/^today, 9:00/);
    expect(es.opening(monday + 4 * 86_400_000, sunday)).toMatch(/^viernes, 9:00/);
    // Afternoons as the hours of the site say them, not "6:00 p.m.".
    expect(es.opening(monday + 9 * 3_600_000, monday)).toBe('hoy, 18:00');
    expect(en.opening(monday + 9 * 3_600_000, monday)).toBe('today, 18:00');
    expect(en.opening(monday + 10 * 86_400_000, sunday)).toMatch(/^Thursday,? (June )?18/);
  });

  it('say how long ago', () => {
    expect(es.ago(sunday - 20_000, sunday)).toBe('ahora');
    expect(es.ago(sunday - 125_000, sunday)).toBe('hace 2 min');
    expect(en.ago(sunday - 7_200_000, sunday)).toBe('21:30');
  });
});
