/** What is said about a chat's files: Spanish (Mexico) and English, side by side. */
import type { Locale } from '../words.ts';

const pairs = {
  list: ['Archivos por enviar', 'Files to be sent'],
  uploading: ['Subiendo', 'Uploading'],
  cancel: ['Cancelar', 'Cancel'],
  retry: ['Reintentar', 'Try again'],
  failed: ['No subió por la conexión.', 'It did not get through.'],
  tooBig: ['Pesa demasiado.', 'It is too large.'],
  download: ['Descargar', 'Download'],
  gone: ['No pudimos traer el archivo. Inténtelo de nuevo.', 'We could not fetch the file. Please try again.'],
} satisfies Record<string, [es: string, en: string]>;

export type FileWords = Record<keyof typeof pairs, string>;

export function fileWords(locale: Locale): FileWords {
  const which = locale === 'en' ? 1 : 0;
  return Object.fromEntries(Object.entries(pairs).map(([key, pair]) => [key, pair[which]])) as FileWords;
}
