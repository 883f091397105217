/** What is said after a chat: Spanish (Mexico) and English, side by side. */
import type { Locale } from '../words.ts';

const pairs = {
  rate: ['¿Cómo le atendimos?', 'How did we do?'],
  scores: ['Muy mal|Mal|Regular|Bien|Excelente', 'Very bad|Bad|Fair|Good|Excellent'],
  comment: ['Comentario (opcional)', 'Comment (optional)'],
  sendRating: ['Enviar opinión', 'Send rating'],
  rated: ['Gracias por su opinión.', 'Thank you for your rating.'],
  transcript: ['Recibir la conversación por correo', 'Get the conversation by e-mail'],
  mailed: ['Se la enviaremos por correo.', 'We will e-mail it to you.'],
} satisfies Record<string, [es: string, en: string]>;

export type EndedWords = Record<keyof typeof pairs, string>;

export function endedWords(locale: Locale): EndedWords {
  const which = locale === 'en' ? 1 : 0;
  return Object.fromEntries(Object.entries(pairs).map(([key, pair]) => [key, pair[which]])) as EndedWords;
}
