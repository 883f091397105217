/** Colours computed from the site's one accent, so that text on it and text in it can be read. */

type Rgb = [number, number, number];

const parse = (hex: string): Rgb => {
  const full = /^#[\da-f]{3}$/i.test(hex) ? hex.replace(/[\da-f]/gi, '$&$&') : hex;
  const n = Number.parseInt(/^#[\da-f]{6}$/i.test(full) ? full.slice(1) : '0b6e4f', 16);
  return [n >> 16, (n >> 8) & 255, n & 255];
};

const luminance = (rgb: Rgb): number => {
  const [r, g, b] = rgb.map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4)) as Rgb;
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};

const contrast = (a: Rgb, b: Rgb): number => {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (high + 0.05) / (low + 0.05);
};

/** `colour`, moved towards `goal` until it stands out from `ground` by WCAG's 4.5. */
function readable(colour: Rgb, ground: Rgb, goal: number): Rgb {
  let now = colour;
  for (let i = 0; i < 50 && contrast(now, ground) < 4.6; i++) {
    now = now.map((c) => Math.round(c + (goal - c) * 0.08)) as Rgb;
  }
  return now;
}

const css = (rgb: Rgb): string => `rgb(${rgb.join()})`;

/** Declarations of `--accent`, `--on` (text on it) and `--ink` (text in it), for a light and a dark page. */
export function palette(accent: string): { light: string; dark: string } {
  const colour = parse(accent);
  const white: Rgb = [255, 255, 255];
  const on = contrast(colour, white) >= 4.5 ? white : ([17, 17, 17] as Rgb);
  const fixed = `--accent:${css(colour)};--on:${css(on)};`;
  return {
    light: `${fixed}--ink:${css(readable(colour, [242, 243, 245], 0))}`,
    dark: `${fixed}--ink:${css(readable(colour, [44, 47, 53], 255))}`,
  };
}
