/** Everything the widget says: Spanish (Mexico) and English, side by side. */

const pairs = {
  online: ['En línea', 'Online'],
  answersIn: ['responde en ~', 'answers in ~'],
  connecting: ['Conectando…', 'Connecting…'],
  reconnecting: [
    'Sin conexión. Reconectando… Lo que escriba se conserva.',
    'No connection. Reconnecting… What you type is kept.',
  ],
  over: ['La conexión terminó. Recargue la página.', 'Connection ended. Reload the page.'],
  cut: ['No pudimos conectarle con el chat.', 'We could not connect you to the chat.'],
  isOffline: ['Fuera de línea', 'Offline'],
  isBusy: ['Ocupado', 'Busy'],
  minimise: ['Minimizar', 'Minimise'],
  end: ['Terminar el chat', 'End chat'],
  endSure: ['¿Terminar este chat?', 'End this chat?'],
  yesEnd: ['Sí, terminar', 'Yes, end it'],
  no: ['No, seguir', 'No, go on'],
  mute: ['Silenciar', 'Mute'],
  unmute: ['Activar sonido', 'Unmute'],
  log: ['Conversación', 'Conversation'],
  first: ['Escriba su mensaje', 'Write your message'],
  next: ['Continuar', 'Continue'],
  edit: ['Cambiar', 'Change'],
  who: ['Para atenderle, díganos quién es.', 'Please tell us who you are.'],
  name: ['Nombre', 'Name'],
  email: ['Correo electrónico', 'E-mail'],
  department: ['Departamento', 'Department'],
  choose: ['Elija…', 'Choose…'],
  any: ['Cualquier departamento', 'Any department'],
  shut: ['cerrado', 'closed'],
  full: ['ocupado', 'busy'],
  start: ['Iniciar chat', 'Start chat'],
  starting: ['Iniciando el chat…', 'Starting the chat…'],
  needed: ['Este dato hace falta.', 'This is needed.'],
  badEmail: ['Escríbalo como ana@ejemplo.mx.', 'Write it like ana@example.com.'],
  soon: ['En un momento le atenderemos.', 'We will be with you in a moment.'],
  meanwhile: ['Mientras tanto puede agregar detalles.', 'You can add details.'],
  withYou: ['le atiende.', 'is with you.'],
  passed: ['Su chat pasa a otra persona.', 'Your chat goes to somebody else.'],
  lost: ['Su agente se desconectó. Usted conserva su lugar.', 'Your agent was disconnected. You keep your place.'],
  ticket: ['Se abrió el ticket', 'Ticket opened:'],
  closed: ['El chat ha terminado.', 'The chat has ended.'],
  typing: ['está escribiendo…', 'is typing…'],
  message: ['Mensaje', 'Message'],
  send: ['Enviar', 'Send'],
  file: ['Adjuntar archivo', 'Attach file'],
  you: ['Usted', 'You'],
  agent: ['Agente', 'Agent'],
  pending: ['Pendiente de enviar', 'Waiting to be sent'],
  unsent: ['No enviado', 'Not sent'],
  delivered: ['Entregado', 'Delivered'],
  read: ['Leído', 'Read'],
  notSent: ['No se entregó su mensaje:', 'Not delivered:'],
  failed: ['No se pudo. Inténtelo de nuevo.', 'That did not work. Try again.'],
  again: ['Nuevo chat', 'New chat'],
  offline: ['En este momento no hay nadie en línea.', 'Nobody is online right now.'],
  busy: ['En este momento la fila está llena.', 'The line is full right now.'],
  opens: ['Abrimos', 'We open'],
  kept: ['Conservamos lo que escribió:', 'We kept what you wrote:'],
  leave: ['Dejar un ticket', 'Leave a ticket'],
  call: ['Llámenos', 'Call us'],
  now: ['ahora', 'now'],
  unread: ['Mensajes nuevos', 'New messages'],
} satisfies Record<string, [es: string, en: string]>;

type Words = Record<keyof typeof pairs, string>;

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
    const which = this.locale === 'en' ? 1 : 0;
    this.words = Object.fromEntries(Object.entries(pairs).map(([key, pair]) => [key, pair[which]])) as Words;
  }

  /** "Le atenderemos en unos 2 minutos. Es el 3.º en la fila." */
  place(position: number | null, wait_s: number | null): string {
    const english = this.locale === 'en';
    const said: string[] = [];
    if (wait_s !== null) {
      const minutes = new Intl.NumberFormat(this.locale, {
        style: 'unit',
        unit: 'minute',
        unitDisplay: 'long',
      }).format(Math.ceil(wait_s / 60) || 1);
      const about = wait_s > 60 ? 'unos' : 'cerca de';
      said.push(english ? `We will be with you in about ${minutes}.` : `Le atenderemos en ${about} ${minutes}.`);
    }
    if (position) said.push(english ? `You are number ${position} in line.` : `Es el ${position}.º en la fila.`);
    return said.join(' ') || this.words.soon;
  }

  /** "9:00", "18:30": as the hours of the site are written, in both languages. */
  time(at: number): string {
    return this.format(at, { hour: 'numeric', minute: '2-digit' }).replace(/^0/, '');
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
    const day = (time: number) =>
      Date.parse(new Intl.DateTimeFormat('en-US', { timeZone: this.timeZone }).format(time));
    const days = Math.round((day(at) - day(now)) / 86_400_000);
    const near = new Intl.RelativeTimeFormat(this.locale, { numeric: 'auto' }).format(days, 'day');
    const name =
      days < 2 ? near : this.format(at, { weekday: 'long', ...(days > 6 && { day: 'numeric', month: 'long' }) });
    return `${name}, ${this.time(at)}`;
  }

  private format(at: number, options: Intl.DateTimeFormatOptions): string {
    return new Intl.DateTimeFormat(this.locale, { timeZone: this.timeZone, hourCycle: 'h23', ...options }).format(at);
  }
}
