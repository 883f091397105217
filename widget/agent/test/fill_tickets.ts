/** A week of tickets, for the fake server. */
import { crc32, deflateSync } from 'node:zlib';
import type { Ticket, TicketMessage } from '../src/state/wire.ts';
import type { FakeServer } from './fake_server.ts';
import { ticket } from './make.ts';

const min = 60_000;
const hour = 60 * min;
const eva = { id: 'a_eva', name: 'Eva Ruiz' };
const ana = { id: 'a_ana', name: 'Ana Torres' };

/** A picture that is seen to be one: bars of the colours of the rainbow, as a PNG. */
function bars(width: number, height: number): Buffer {
  const colours = [0xd9453d, 0xe89b2d, 0xe6d24a, 0x4caf6a, 0x3d7dd9, 0x7b52c9];
  const rows = Array.from({ length: height }, (_, y) => {
    const row = Buffer.alloc(1 + width * 3);
    const colour = colours[Math.floor((y * colours.length) / height)] ?? 0;
    for (let x = 0; x < width; x++) row.writeUIntBE(colour, 1 + x * 3, 3);
    return row;
  });
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const framed = Buffer.alloc(body.length + 8);
    framed.writeUInt32BE(data.length, 0);
    body.copy(framed, 4);
    framed.writeUInt32BE(crc32(body), body.length + 4);
    return framed;
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const start = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const body = deflateSync(Buffer.concat(rows));
  return Buffer.concat([start, chunk('IHDR', head), chunk('IDAT', body), chunk('IEND', Buffer.alloc(0))]);
}

export const picture = bars(320, 180);

interface Line {
  age: number;
  kind: TicketMessage['kind'];
  by: TicketMessage['from'];
  text: string;
  files?: TicketMessage['files'];
}

function talk(lines: Line[]): TicketMessage[] {
  return lines.map(({ age, kind, by, text, files }, index) => ({
    id: `m_${age}_${index}`,
    at: Date.now() - age,
    kind,
    from: by,
    text,
    files: files ?? [],
  }));
}

export function fillTickets(server: FakeServer): void {
  const { tickets } = server;
  const now = Date.now();
  const put = (number: number, fields: Partial<Ticket>, lines: Line[] = []) =>
    tickets.put(
      ticket(number, {
        created_at: now - (300 - number) * 10 * min,
        updated_at: now - (300 - number) * min,
        resolution_due_at: now + 60 * hour,
        ...fields,
      }),
      talk(lines),
    );
  const luis = { role: 'requester', name: 'Luis Hernández Cárdenas' } as const;
  const agent = { role: 'agent', name: 'Ana Torres' } as const;
  const system = { role: 'system', name: '' } as const;
  const image = { id: 'f_pic', name: 'pantalla.png', size: picture.length, media_type: 'image/png' };
  const paper = {
    id: 'f_xml',
    name: 'factura-A1042-con-un-nombre-muy-largo-de-verdad.xml',
    size: 48_213,
    media_type: 'text/xml',
  };
  tickets.files.set(image.id, { ref: image, bytes: picture });
  tickets.files.set(paper.id, { ref: paper, bytes: Buffer.from('<factura/>') });

  put(
    201,
    {
      subject: 'No puedo timbrar tres facturas: error 301',
      chat: 'c_past',
      channel: 'chat',
      assignee: ana,
      priority: 'urgent',
      follows: 'T-000150',
      first_response_due_at: now - 95 * min,
      email: 'luis@comercial-puebla.mx',
    },
    [
      {
        age: 50 * hour,
        kind: 'comment',
        by: luis,
        text: 'Desde el viernes no puedo timbrar. Adjunto la pantalla y una de las facturas.',
        files: [image, paper],
      },
      { age: 49 * hour, kind: 'event', by: system, text: 'Se asignó a Ana Torres' },
      {
        age: 48 * hour,
        kind: 'note',
        by: { role: 'agent', name: 'Eva Ruiz' },
        text: 'El certificado venció; ya pasó con otro cliente en T-000150.',
      },
      { age: 3 * hour, kind: 'comment', by: luis, text: '¿Hay alguna novedad? Me urge para el cierre de mes.' },
    ],
  );
  put(202, {
    subject: 'Cancelar la factura A-1042 del mes pasado',
    email: 'maria@paez.mx',
    department: 'soporte-contable',
    first_response_due_at: now + 50 * min,
    priority: 'high',
    rfc: 'EKU9003173C9',
  });
  put(203, {
    subject: 'Alta de un usuario más',
    email: 'omar@norte.mx',
    assignee: eva,
    first_responded_at: now - hour,
    resolution_due_at: now + 30 * hour,
  });
  put(
    204,
    {
      subject: 'Duda sobre el complemento de pago',
      email: 'sofia@ibarra.mx',
      state: 'pending',
      assignee: ana,
      first_responded_at: now - 20 * hour,
      resolution_due_at: null,
      closes_at: now + 52 * hour,
    },
    [{ age: 20 * hour, kind: 'answer', by: agent, text: 'Le mando los pasos. ¿Nos confirma si le funcionó?' }],
  );
  put(205, {
    subject: 'Queja: nadie contestó el teléfono',
    email: 'quejas@transportesdelbajio-sociedad-anonima.mx',
    channel: 'phone',
    priority: 'low',
    first_response_due_at: now + 40 * hour,
    rfc: 'GODE561231GR9',
  });
  put(206, {
    subject: 'Sello digital renovado',
    email: 'luis@comercial-puebla.mx',
    state: 'solved',
    resolved_at: now - 4 * hour,
    first_responded_at: now - 9 * hour,
    resolution_due_at: null,
    assignee: ana,
  });
  put(150, {
    subject: 'Error 301 al timbrar',
    email: 'luis@comercial-puebla.mx',
    state: 'closed',
    first_responded_at: now,
    resolution_due_at: null,
  });
  tickets.replies = [
    {
      id: 'r_1',
      title: 'Certificado vencido',
      department: 'soporte-tecnico',
      text: 'Hola {{nombre}}, soy {{agente}}. Su certificado venció; le dejo los pasos para renovarlo. Su folio es {{folio}}.',
    },
    {
      id: 'r_2',
      title: 'Gracias por escribir',
      department: null,
      text: 'Gracias por escribir, {{nombre}}. ¿Le ayudo en algo más?',
    },
    {
      id: 'r_3',
      title: 'Factura cancelada',
      department: 'soporte-contable',
      text: 'La factura {{factura}} quedó cancelada.',
    },
  ];
}
