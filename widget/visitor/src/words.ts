/** Everything the widget says, in both languages. */

const es = {
  open: 'Abrir el chat',
  online: 'En línea',
  answersIn: 'responde en unos',
  connecting: 'Conectando…',
  reconnecting: 'Sin conexión. Reconectando… Lo que escriba se conserva.',
  cut: 'No pudimos conectarle con el chat. Puede llamarnos o escribirnos.',
  isOffline: 'Fuera de línea',
  isBusy: 'Todos ocupados',
  minimise: 'Minimizar',
  end: 'Terminar el chat',
  endSure: '¿Terminar este chat?',
  yesEnd: 'Sí, terminar',
  no: 'No, seguir',
  mute: 'Silenciar',
  unmute: 'Activar sonido',
  log: 'Conversación',
  first: 'Escriba su mensaje',
  firstHint: 'Cuéntenos en qué podemos ayudarle.',
  next: 'Continuar',
  edit: 'Cambiar',
  yours: 'Su mensaje',
  who: 'Para atenderle, díganos quién es.',
  name: 'Nombre',
  email: 'Correo electrónico',
  department: 'Departamento',
  choose: 'Elija un departamento',
  any: 'Cualquier departamento',
  shut: 'cerrado',
  full: 'ocupado',
  start: 'Iniciar chat',
  starting: 'Iniciando el chat…',
  needMessage: 'Escriba su mensaje.',
  needName: 'Escriba su nombre.',
  needEmail: 'Escriba su correo electrónico.',
  badEmail: 'Revise el correo: debe ser como ana@ejemplo.mx.',
  needDepartment: 'Elija un departamento.',
  queue: 'En la fila',
  soon: 'En un momento le atenderemos.',
  meanwhile: 'Mientras tanto puede agregar detalles.',
  orTicket: 'Mejor dejar un ticket',
  withYou: 'le atiende.',
  passed: 'Su chat pasa a otra persona.',
  lost: 'Su agente perdió la conexión. Usted conserva su lugar y le atenderá alguien más.',
  ticket: 'Se abrió el ticket',
  closed: 'El chat ha terminado.',
  idle: 'El chat terminó por falta de actividad.',
  typing: 'está escribiendo…',
  message: 'Mensaje',
  send: 'Enviar',
  you: 'Usted',
  agent: 'Agente',
  pending: 'Pendiente de enviar',
  delivered: 'Entregado',
  read: 'Leído',
  notSent: 'No se entregó su mensaje:',
  failed: 'No se pudo. Inténtelo de nuevo en un momento.',
  rate: '¿Cómo le atendimos?',
  scores: ['Muy mal', 'Mal', 'Regular', 'Bien', 'Excelente'],
  comment: 'Comentario (opcional)',
  sendRating: 'Enviar opinión',
  rated: 'Gracias por su opinión.',
  transcript: 'Recibir la conversación por correo',
  mailed: 'Le enviaremos la conversación por correo.',
  again: 'Nuevo chat',
  offline: 'En este momento no hay nadie en línea.',
  busy: 'En este momento todos nuestros agentes están ocupados y la fila está llena.',
  opens: 'Abrimos',
  kept: 'Conservamos lo que escribió:',
  leave: 'Dejar un ticket',
  write: 'Escribir a',
  call: 'Llámenos',
  now: 'ahora',
  file: 'Archivo',
  newMessage: 'Mensaje nuevo',
  newest: 'Ver lo más reciente',
};

type Words = typeof es;

const en: Words = {
  open: 'Open chat',
  online: 'Online',
  answersIn: 'answers in about',
  connecting: 'Connecting…',
  reconnecting: 'No connection. Reconnecting… What you type is kept.',
  cut: 'We could not connect you to the chat. You can call or write to us.',
  isOffline: 'Offline',
  isBusy: 'All busy',
  minimise: 'Minimise',
  end: 'End chat',
  endSure: 'End this chat?',
  yesEnd: 'Yes, end it',
  no: 'No, go on',
  mute: 'Mute',
  unmute: 'Sound on',
  log: 'Conversation',
  first: 'Write your message',
  firstHint: 'Tell us how we can help you.',
  next: 'Continue',
  edit: 'Change',
  yours: 'Your message',
  who: 'Please tell us who you are.',
  name: 'Name',
  email: 'E-mail',
  department: 'Department',
  choose: 'Choose a department',
  any: 'Any department',
  shut: 'closed',
  full: 'busy',
  start: 'Start chat',
  starting: 'Starting the chat…',
  needMessage: 'Write your message.',
  needName: 'Write your name.',
  needEmail: 'Write your e-mail address.',
  badEmail: 'Check the address: it should look like ana@example.com.',
  needDepartment: 'Choose a department.',
  queue: 'In line',
  soon: 'Somebody will be with you in a moment.',
  meanwhile: 'Meanwhile you can add details.',
  orTicket: 'Leave a ticket instead',
  withYou: 'is with you.',
  passed: 'Your chat goes to somebody else.',
  lost: 'Your agent lost the connection. You keep your place, and somebody else will be with you.',
  ticket: 'Ticket opened:',
  closed: 'The chat has ended.',
  idle: 'The chat ended because nothing was said for a while.',
  typing: 'is typing…',
  message: 'Message',
  send: 'Send',
  you: 'You',
  agent: 'Agent',
  pending: 'Waiting to be sent',
  delivered: 'Delivered',
  read: 'Read',
  notSent: 'Your message was not delivered:',
  failed: 'That did not work. Please try again in a moment.',
  rate: 'How did we do?',
  scores: ['Very bad', 'Bad', 'Fair', 'Good', 'Excellent'],
  comment: 'Comment (optional)',
  sendRating: 'Send rating',
  rated: 'Thank you for your rating.',
  transcript: 'Get the conversation by e-mail',
  mailed: 'We will send you the conversation by e-mail.',
  again: 'New chat',
  offline: 'Nobody is online right now.',
  busy: 'All our agents are busy right now, and the line is full.',
  opens: 'We open',
  kept: 'We kept what you wrote:',
  leave: 'Leave a ticket',
  write: 'Write to',
  call: 'Call us',
  now: 'now',
  file: 'File',
  newMessage: 'New message',
  newest: 'Show the latest',
};

export type Locale = 'es-MX' | 'en';

/** The words of one locale, and what must be counted or dated in it. */
export class Speech {
  readonly locale: Locale;
  readonly words: Words;

  constructor(
    locale: string,
    private readonly timeZone: string,
  ) {
    this.locale = /^en\b/i.test(locale) ? 'en' : 'es-MX';
    this.words = this.locale === 'en' ? en : es;
  }

  minutes(seconds: number): string {
    const n = Math.max(1, Math.ceil(seconds / 60));
    const one = new Intl.PluralRules(this.locale).select(n) === 'one';
    return `${n} ${one ? 'minuto' : 'minutos'}`.replace('minuto', this.locale === 'en' ? 'minute' : 'minuto');
  }

  /** "Le atenderemos en unos 2 minutos. Es el 3.º en la fila." */
  place(position: number | null, wait_s: number | null): string {
    const english = this.locale === 'en';
    const said: string[] = [];
    if (wait_s !== null) {
      const minutes = this.minutes(wait_s);
      const about = wait_s > 60 ? 'unos' : 'cerca de';
      said.push(english ? `We will be with you in about ${minutes}.` : `Le atenderemos en ${about} ${minutes}.`);
    }
    if (position) {
      const suffix = { one: 'st', two: 'nd', few: 'rd' }[
        new Intl.PluralRules('en', { type: 'ordinal' }).select(position) as 'one'
      ];
      said.push(english ? `You are ${position}${suffix ?? 'th'} in line.` : `Es el ${position}.º en la fila.`);
    }
    return said.join(' ') || this.words.soon;
  }

  time(at: number): string {
    return this.format(at, { hour: 'numeric', minute: '2-digit' });
  }

  /** Exact, for who points at it. */
  date(at: number): string {
    return this.format(at, { dateStyle: 'long', timeStyle: 'short' });
  }

  /** "hace 2 min" while fresh, the time of day later. */
  ago(at: number, now: number): string {
    const minutes = Math.floor((now - at) / 60_000);
    if (minutes < 1) return this.words.now;
    if (minutes > 59) return this.time(at);
    return new Intl.RelativeTimeFormat(this.locale, { style: 'short' }).format(-minutes, 'minute');
  }

  /** The next opening: "mañana, 9:00", or the day of the week. */
  opening(at: number, now: number): string {
    const day = (time: number) => Date.parse(new Intl.DateTimeFormat('en-US', { timeZone: this.timeZone }).format(time));
    const days = Math.round((day(at) - day(now)) / 86_400_000);
    const near = new Intl.RelativeTimeFormat(this.locale, { numeric: 'auto' }).format(days, 'day');
    const name = days < 2 ? near : this.format(at, { weekday: 'long', ...(days > 6 && { day: 'numeric', month: 'long' }) });
    return `${name}, ${this.time(at)}`;
  }

  private format(at: number, options: Intl.DateTimeFormatOptions): string {
    return new Intl.DateTimeFormat(this.locale, { timeZone: this.timeZone, ...options }).format(at);
  }
}
