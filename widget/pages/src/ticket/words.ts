/** What the script says in the ticket pages beside the server's words: Spanish (Mexico) and English, side by side. */

const pairs = {
  needed: ['Este dato hace falta.', 'This is needed.'],
  badEmail: ['Escríbalo como ana@ejemplo.mx.', 'Write it like ana@example.com.'],
  badRfc: [
    'Revise el RFC: 3 o 4 letras, la fecha y 3 caracteres, como EKU9003173C9.',
    'Check the RFC: 3 or 4 letters, the date and 3 characters, like EKU9003173C9.',
  ],
  oddRfc: [
    'El último dígito no coincide. Si así está en su constancia, continúe.',
    'The last digit does not match. If your certificate says so, go on.',
  ],
  wrong: ['Falta corregir lo siguiente:', 'Please correct the following:'],
  unsure: [
    'No hubo respuesta. Lo que escribió sigue aquí: envíelo otra vez, no se duplicará.',
    'There was no answer. What you wrote is still here: send it again, it will not be doubled.',
  ],
  sending: ['Enviando…', 'Sending…'],
  newCode: ['Hay un código nuevo.', 'There is a new code.'],
  noCode: ['No pudimos traer el código. Pida otro.', 'We could not fetch the code. Please ask for another one.'],
  proving: ['Comprobando que no es un robot…', 'Checking that you are no robot…'],
  proved: ['Comprobado: no es un robot.', 'Checked: you are no robot.'],
  unproved: ['No pudimos comprobarlo. Inténtelo de nuevo.', 'We could not check it. Please try again.'],
  chosen: ['Archivos elegidos', 'Chosen files'],
  drop: ['También puede arrastrarlos aquí o pegarlos.', 'You can also drop or paste them here.'],
  tooMany: ['Son 5 archivos como máximo.', '5 files at most.'],
  tooBig: ['Pesa más de %.', 'Larger than %.'],
  attachAgain: ['Agréguelo de nuevo, por favor.', 'Please add it again.'],
  failed: ['No subió. Agréguelo de nuevo.', 'It did not get through. Please add it again.'],
  fileWrong: ['Quite los archivos que no subieron.', 'Remove the files that did not get through.'],
  remove: ['Quitar', 'Remove'],
  ready: ['Listo', 'Done'],
  uploading: ['Subiendo', 'Uploading'],
  solved: ['Quedó solucionado, gracias.', 'It is solved, thank you.'],
} satisfies Record<string, [es: string, en: string]>;

export type PageWords = Record<keyof typeof pairs, string>;

/** The words in the language of a page. */
export function pageWords(page: Document): PageWords {
  const which = page.documentElement.lang.startsWith('en') ? 1 : 0;
  return Object.fromEntries(Object.entries(pairs).map(([key, pair]) => [key, pair[which]])) as PageWords;
}
