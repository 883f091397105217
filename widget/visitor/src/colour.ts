/** The colour of text on the site's accent: white or nearly black, whichever can be read (one of them has 4.5 : 1). */

export function textOn(accent: string): string {
  const hex = accent.replace(/^#(.)(.)(.)$/, '#$1$1$2$2$3$3');
  const [r, g, b] = [1, 3, 5].map((i) => {
    const c = Number.parseInt(hex.slice(i, i + 2), 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  // White's contrast is 1.05 / (L + 0.05): it falls below 4.5 where L passes 0.183.
  return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.183 ? '#111' : '#fff';
}
