/** "10 MB", "350 kB". */
export function sizeIn(locale: string, bytes: number): string {
  const large = bytes >= 1e6;
  const unit = large ? 'megabyte' : 'kilobyte';
  const value = Math.ceil(bytes / (large ? 1_048_576 : 1024));
  return new Intl.NumberFormat(locale, { style: 'unit', unit }).format(value);
}
