import type { Site } from '../src/view.ts';

/** The demo site, as the server writes it into the script. */
export const site: Site = {
  site: 'fel',
  name: 'Facturar en Línea',
  locale: 'es-MX',
  timezone: 'America/Mexico_City',
  accent: '#0b6e4f',
  channels: [
    {
      id: 'soporte',
      title: 'Chat de Soporte',
      greeting: 'Bienvenido al Chat de Soporte Técnico',
      side: 'left',
      ask: ['message', 'name', 'email', 'department'],
      any: true,
      departments: [
        { id: 'soporte-contable', name: 'Soporte Contable' },
        { id: 'soporte-tecnico', name: 'Soporte Técnico' },
      ],
    },
    {
      id: 'ventas',
      title: 'Chat de Ventas',
      side: 'right',
      ask: ['name', 'email'],
      any: false,
      departments: [{ id: 'ventas', name: 'Ventas' }],
    },
  ],
  phones: [
    {
      label: 'Soporte técnico',
      number: '+52 222 699 6524',
      hours: {
        es: 'Lunes a viernes 9:00 a 18:00, sábado 9:00 a 14:00',
        en: 'Monday to Friday 9:00–18:00, Saturday 9:00–14:00',
      },
    },
    {
      label: 'Ventas',
      number: '800 087 3391',
      hours: { es: 'Lunes a viernes 9:00 a 18:00', en: 'Monday to Friday 9:00–18:00' },
    },
  ],
  email: 'soporte@example.mx',
};
