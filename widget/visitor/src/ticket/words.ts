/** What the ticket form says beside the widget's own words: Spanish (Mexico) and English, side by side. */
import type { Locale } from '../words.ts';

const pairs = {
  back: ['Volver al chat', 'Back to the chat'],
  hint: [
    'Describa qué pasa y los pasos para repetirlo. Un ticket por cada problema.',
    'Describe what happens and the steps to reproduce it. One ticket per problem.',
  ],
  rfcHint: ['12 o 13 caracteres, como EKU9003173C9.', '12 or 13 characters, like EKU9003173C9.'],
  badRfc: [
    'Revise el RFC: 3 o 4 letras, la fecha y 3 caracteres, como EKU9003173C9.',
    'Check the RFC: 3 or 4 letters, the date and 3 characters, like EKU9003173C9.',
  ],
  oddRfc: [
    'El último dígito no coincide. Si así está en su constancia, continúe.',
    'The last digit does not match. If your certificate says so, go on.',
  ],
  subject: ['Asunto', 'Subject'],
  priority: ['Prioridad', 'Priority'],
  priorities: ['Baja|Normal|Alta|Urgente', 'Low|Normal|High|Urgent'],
  comments: ['Comentarios (opcional)', 'Comments (optional)'],
  files: ['Archivos (opcional)', 'Files (optional)'],
  addFiles: ['Agregar archivos', 'Add files'],
  filesHint: [
    'También puede arrastrarlos o pegarlos aquí. Hasta 5, de % como máximo.',
    'You can drop or paste them here, too. Up to 5, at most % each.',
  ],
  tooMany: ['Hasta 5 archivos.', 'Up to 5 files.'],
  tooBig: ['Pesa más de %.', 'Larger than %.'],
  attachAgain: ['Agréguelo de nuevo.', 'Please add it again.'],
  failed: ['No subió. Agréguelo de nuevo.', 'It did not get through. Please add it again.'],
  remove: ['Quitar', 'Remove'],
  ready: ['Listo', 'Done'],
  uploading: ['Subiendo', 'Uploading'],
  code: ['Código de la imagen', 'Code in the picture'],
  picture: ['Imagen con el código; también puede escucharlo', 'Picture with the code; you can listen to it, too'],
  listen: ['Escuchar el código', 'Listen to the code'],
  another: ['Otro código', 'Another code'],
  noCode: ['No pudimos traer el código. Pida «Otro código».', 'We could not fetch the code. Ask for “Another code”.'],
  proving: ['Comprobando que no es un robot…', 'Checking that you are no robot…'],
  proved: ['Comprobado: no es un robot.', 'Checked: you are no robot.'],
  unproved: ['No pudimos comprobarlo.', 'We could not check it.'],
  noSite: ['No pudimos traer los departamentos.', 'We could not fetch the departments.'],
  send: ['Enviar ticket', 'Send ticket'],
  sending: ['Enviando…', 'Sending…'],
  unsure: [
    'No hubo respuesta. Envíelo otra vez: no se duplicará.',
    'No answer came. Send it again: it will not be doubled.',
  ],
  fix: ['Revise lo marcado.', 'Please check what is marked.'],
  sent: ['Recibimos su ticket', 'We have your ticket'],
  mailed: ['Enviamos una copia a', 'A copy goes to'],
  first: ['Primera respuesta, a más tardar:', 'First answer, at the latest:'],
  solved: ['Solución, a más tardar:', 'Solution, at the latest:'],
  look: ['Ver el ticket', 'See the ticket'],
  keep: ['Guarde el enlace: con él puede leerlo y responder.', 'Keep the link: with it you can read and answer.'],
  taken: ['ya le atiende en el chat.', 'is with you in the chat now.'],
} satisfies Record<string, [es: string, en: string]>;

export type TicketWords = Record<keyof typeof pairs, string>;

export function ticketWords(locale: Locale): TicketWords {
  const which = locale === 'en' ? 1 : 0;
  return Object.fromEntries(Object.entries(pairs).map(([key, pair]) => [key, pair[which]])) as TicketWords;
}
