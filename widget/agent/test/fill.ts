/** A day at the desk, for the fake server: chats of every kind, queues, colleagues, decisions. */
import type { Entry } from '../src/state/wire.ts';
import type { FakeChat, FakeServer } from './fake_server.ts';
import { chat, queue, visitor } from './make.ts';

const min = 60_000;

type Line = [ageMin: number, who: 'v' | 'a' | 'sys', text: string | Record<string, unknown>];

function talk(id: string, name: string, lines: Line[]): Entry[] {
  return lines.map(([age, who, text], index) => {
    const from =
      who === 'v'
        ? { role: 'visitor', id: `v_${id}`, name }
        : who === 'a'
          ? { role: 'agent', id: 'a_ana', name: 'Ana Torres' }
          : { role: 'system' };
    const body = typeof text === 'string' ? { kind: 'message', text } : text;
    return { chat: id, seq: index + 1, at: Date.now() - age * min, from, ...body } as unknown as Entry;
  });
}

const ana = { id: 'a_ana', name: 'Ana Torres' };

const started = (age: number, department = 'any', agent = ana): Line[] => [
  [age, 'sys', { kind: 'queued', department, reason: 'new' }],
  [age, 'sys', { kind: 'assigned', agent }],
];

function fake(
  id: string,
  name: string,
  lines: Line[],
  fields: { chat?: Partial<FakeChat['chat']>; visitor?: Partial<FakeChat['visitor']>; notes?: FakeChat['notes'] } = {},
): FakeChat {
  const entries = talk(id, name, lines);
  const last = entries.length;
  const closed_at = entries.find((entry) => entry.kind === 'closed')?.at ?? null;
  return {
    chat: chat(id, { last, read: { visitor: last, agent: last }, closed_at, ...fields.chat }),
    visitor: visitor(`v_${id}`, {
      name,
      email: `${name.split(' ')[0]?.toLowerCase()}@comercial-puebla.mx`,
      since_at: Date.now() - (lines[0]?.[0] ?? 1) * min,
      locale: 'es-MX',
      ...fields.visitor,
    }),
    entries,
    notes: fields.notes ?? [],
  };
}

export function fillSite(server: FakeServer): void {
  server.site = {
    // Those of the channels, and the one that takes tickets only.
    departments: [
      { id: 'soporte-tecnico', name: 'Soporte Técnico', channel: 'soporte' },
      { id: 'soporte-contable', name: 'Soporte Contable', channel: 'soporte' },
      { id: 'ventas', name: 'Ventas', channel: 'ventas' },
      { id: 'pagos', name: 'Pagos y facturas', channel: null },
    ],
    name: 'Facturar en Línea',
    locale: 'es-MX',
    timezone: 'America/Mexico_City',
    look: { accent: '#0b6e4f' },
    channels: [
      {
        id: 'soporte',
        departments: [
          { id: 'soporte-tecnico', name: 'Soporte Técnico' },
          { id: 'soporte-contable', name: 'Soporte Contable' },
        ],
      },
      { id: 'ventas', departments: [{ id: 'ventas', name: 'Ventas' }] },
    ],
  };
}

export function fillDay(server: FakeServer): void {
  const luis: Line[] = [
    [1500, 'v', 'Buenas tardes. Ayer no pude timbrar tres facturas, me marca error 301.'],
    [1499, 'a', 'Buenas tardes, Luis. Reviso su cuenta y le escribo mañana temprano.'],
    [14, 'v', 'Buen día, ¿pudo ver lo de mis facturas?'],
    ...started(14, 'soporte-tecnico'),
    [12, 'a', 'Buen día, Luis. Sí: el certificado de sello digital (CSD) venció el viernes.'],
    [
      12,
      'a',
      'Para renovarlo entre a Certifica, genere la solicitud y súbala al SAT. Le dejo los pasos:\n\n1. Abra Certifica.\n2. Elija «Solicitud de CSD».\n3. Firme con su e.firma.',
    ],
    [4, 'v', 'Ya lo hice y me dio un archivo .cer y uno .key'],
    [3, 'v', '¿Dónde los subo?'],
  ];
  const page = {
    url: 'https://www.fel.mx/panel/certificados?paso=2',
    title: 'Mis certificados · FEL',
    referrer: 'https://www.google.com/',
  };
  const put = (one: FakeChat) => server.chats.set(one.chat.id, one);
  put(
    fake('c_luis', 'Luis Hernández Cárdenas', luis, {
      chat: { read: { visitor: 7, agent: 7 } },
      visitor: { page, chats_before: 2, fields: { RFC: 'CACX7605101P8', Plan: 'Empresarial' } },
      notes: [
        {
          id: 'n_1',
          at: Date.now() - 11 * min,
          from: { role: 'agent', id: 'a_eva', name: 'Eva Ruiz' },
          text: 'La semana pasada tuvo el mismo error; conviene revisar la fecha del servidor.',
        },
      ],
    }),
  );
  put(
    fake(
      'c_maria',
      'María José Páez',
      [[1, 'v', '¿Me ayudan a cancelar una factura del mes pasado?'], ...started(1), [0.4, 'v', 'Es la A-1042']],
      {
        chat: { department: 'soporte-contable', read: { visitor: 0, agent: 3 }, priority: 1 },
        visitor: { verified: true },
      },
    ),
  );
  put(
    fake(
      'c_omar',
      'Omar',
      [[40, 'v', 'Gracias, lo pruebo y le aviso'], ...started(40), [30, 'a', 'Con gusto, aquí sigo.']],
      {
        visitor: { connected: false },
      },
    ),
  );
  put(
    fake('c_wait', 'Rocío Luna', [[6, 'v', 'No encuentro mi contraseña']], {
      chat: { status: 'queued', agent: null, department: 'any' },
    }),
  );
  put(
    fake(
      'c_past',
      'Luis Hernández Cárdenas',
      [
        [9000, 'v', 'Necesito dar de alta otro usuario'],
        ...started(9000, 'soporte-tecnico'),
        [8998, 'a', 'Claro: Configuración → Usuarios → Agregar.'],
        [8990, 'v', 'Listo, gracias'],
        [8989, 'sys', { kind: 'ticket', ticket: { number: 'T-000123' } }],
        [8988, 'sys', { kind: 'closed', by: 'visitor', outcome: 'solved' }],
        [8987, 'sys', { kind: 'rated', score: 5, comment: 'Muy amable' }],
      ],
      { chat: { status: 'closed', outcome: 'solved' } },
    ),
  );
  put(
    fake(
      'c_past2',
      'Sofía Ibarra',
      [
        [20_000, 'v', '¿Tienen plan anual?'],
        [19_990, 'sys', { kind: 'closed', by: 'timeout', outcome: 'missed' }],
      ],
      {
        chat: { status: 'closed', outcome: 'missed', department: 'ventas', agent: null },
      },
    ),
  );
  server.queues = [
    queue('soporte-tecnico', {
      waiting: 5,
      longest_wait_s: 365,
      agents_online: 2,
      free_slots: 1,
      chats: [
        { chat: 'c_wait', name: 'Rocío Luna', since_at: Date.now() - 6 * min },
        { chat: 'c_w2', name: 'Transportes del Bajío, S.A. de C.V.', since_at: Date.now() - 2 * min },
        { chat: 'c_w3', name: '', since_at: Date.now() - min },
        { chat: 'c_w4', name: 'Iván', since_at: Date.now() - min / 2 },
      ],
    }),
    queue('soporte-contable', { agents_online: 1, free_slots: 2 }),
  ];
  server.agents = [
    {
      id: 'a_ana',
      name: 'Ana Torres',
      state: 'online',
      free_slots: 1,
      departments: ['soporte-tecnico', 'soporte-contable'],
    },
    { id: 'a_eva', name: 'Eva Ruiz', state: 'online', free_slots: 2, departments: ['soporte-contable'] },
    { id: 'a_raul', name: 'Raúl Méndez', state: 'online', free_slots: 0, departments: ['soporte-tecnico'] },
    { id: 'a_zoe', name: 'Zoé Lara', state: 'away', free_slots: 4, departments: ['ventas'] },
  ];
  server.decisions = [
    {
      at: Date.now() - 14 * min,
      event: 'new',
      chosen: { id: 'a_ana', name: 'Ana Torres' },
      considered: [
        { agent: 'a_ana', verdict: 'chosen', load: 2, idle_s: 640 },
        { agent: 'a_raul', verdict: 'full', load: 4, idle_s: 80 },
        { agent: 'a_eva', verdict: 'other_department', load: 2, idle_s: 12 },
        { agent: 'a_zoe', verdict: 'away', load: 0, idle_s: 4000 },
      ],
      others: { offline: 3, other_department: 2 },
      rule: 'lowest_share_then_longest_idle',
    },
  ];
}

/** Chats that colleagues hold: what somebody who supervises looks over. */
export function fillColleagues(server: FakeServer): void {
  const eva = { id: 'a_eva', name: 'Eva Ruiz' };
  const raul = { id: 'a_raul', name: 'Raúl Méndez Villaseñor' };
  const put = (one: FakeChat) => server.chats.set(one.chat.id, one);
  put(
    fake('c_noe', 'Noé Paredes', [[2, 'v', 'Me urge, ¿hay alguien?'], ...started(2, 'any', eva)], {
      chat: { agent: eva, department: 'soporte-contable', read: { visitor: 3, agent: 1 } },
    }),
  );
  for (const [index, name] of [
    'Constructora Hermanos Villalobos del Norte, S.A. de C.V.',
    'Ximena',
    '',
    'Iker Luna',
    'Pilar Soto',
    'Ulises Vega',
  ].entries()) {
    const age = 10 + index * 7;
    const lines: Line[] = [[age, 'v', 'Hola'], ...started(age, 'soporte-tecnico', raul)];
    put(fake(`c_r${index}`, name, lines, { chat: { agent: raul } }));
  }
}
