/** The colour of text on the site's accent (`#rrggbb`): white or black, whichever stands out by WCAG's 4.5 : 1. */
export function textOn(accent: string): string {
  const [r, g, b] = [1, 3, 5].map((i) => (Number.parseInt(accent.slice(i, i + 2), 16) / 255) ** 2.2) as [
    number,
    number,
    number,
  ];
  // At a luminance of 0.179 both have 4.58; the plain power is within 2 % of the exact curve there.
  return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.179 ? '#000' : '#fff';
}
