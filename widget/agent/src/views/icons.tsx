/** Our own line icons, 20 × 20. They are decoration: the words stand beside them or in the button's name. */
const paths = {
  search: 'M9 3.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11ZM13 13l4 4',
  back: 'M12 4l-6 6 6 6',
  close: 'M5 5l10 10M15 5L5 15',
  send: 'M3 10l14-6-5 13-3-5.5L3 10ZM9 11.5L17 4',
  transfer: 'M3 7h12M11.5 3.5L15 7l-3.5 3.5M17 13H5M8.5 9.500L5 13l3.5 3.5',
  done: 'M4 10.500l4 4 8-9',
  read: 'M2 10.500l3.5 4 6.5-8M8.5 13.500l1 1L17.5 6',
  clock: 'M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14ZM10 6v4l2.5 2',
  note: 'M4 3h9l3 3v11H4zM7 8h6M7 11h6M7 14h3',
  eye: 'M2 10s3-5 8-5 8 5 8 5-3 5-8 5-8-5-8-5ZM10 8a2 2 0 1 0 0 4 2 2 0 0 0 0-4Z',
  person: 'M10 3.500a3 3 0 1 0 0 6 3 3 0 0 0 0-6ZM4 17c0-3.3 2.7-5.5 6-5.500s6 2.2 6 5.5',
  people:
    'M7.5 4a2.7 2.7 0 1 0 0 5.4 2.7 2.7 0 0 0 0-5.400ZM2.5 16c0-3 2.2-4.8 5-4.800s5 1.8 5 4.800M13 4.400a2.6 2.6 0 0 1 0 4.800M14.5 11.600c1.8.6 3 2.2 3 4.4',
  info: 'M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14ZM10 9v5M10 6.200v.3',
  alert: 'M10 3l8 14H2L10 3ZM10 8v4M10 14.200v.3',
  menu: 'M3 5h14M3 10h14M3 15h14',
  history: 'M3.5 10a6.5 6.5 0 1 0 2-4.700L3.5 7M3.5 3.500V7H7M10 6.500V10l2.5 1.5',
  inbox: 'M3 11l2-7h10l2 7v5H3zM3 11h4l1 2h4l1-2h4',
  down: 'M10 4v12M5 11l5 5 5-5',
  why: 'M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14ZM8 8a2 2 0 1 1 2.8 1.900c-.5.3-.8.6-.8 1.300M10 14v.2',
  flag: 'M5 17V3h9l-2 3.500L14 10H5',
  ticket: 'M3 6h14v3a1.500 1.500 0 0 0 0 3v3H3v-3a1.500 1.500 0 0 0 0-3V6ZM12.5 6v2M12.5 9.500v2M12.5 13v2',
  file: 'M5 3h7l3 3v11H5zM12 3v3h3',
  pause: 'M7 4v12M13 4v12',
  link: 'M8.5 11.5a3 3 0 0 0 4.300.1l3-3a3 3 0 0 0-4.300-4.300l-1 1M11.5 8.500a3 3 0 0 0-4.300-.1l-3 3a3 3 0 0 0 4.300 4.300l1-1',
  merge: 'M5 3v3c0 4 5 3 5 8v3M15 3v3c0 4-5 3-5 8M7 14l3 3 3-3',
  clip: 'M15.500 9.500l-5.700 5.700a3.300 3.300 0 0 1-4.700-4.700l6.200-6.200a2.200 2.200 0 0 1 3.100 3.100l-6.200 6.200a1.100 1.100 0 0 1-1.600-1.600l5.700-5.700',
  reply: 'M8 4L3 9l5 5M3 9h8a6 6 0 0 1 6 6v1',
  quick: 'M4 4h12v9H9l-4 3.500V13H4zM7.500 7.500h5M7.500 10h3',
  plus: 'M10 4v12M4 10h12',
  edit: 'M4 16l.8-3.500L13 4.300l2.700 2.700-8.200 8.200L4 16ZM11.500 5.800l2.700 2.700',
  trash: 'M4 6h12M8 6V4h4v2M6 6l.7 10.500h6.600L14 6M8.500 9v5M11.500 9v5',
  more: 'M5 8l5 5 5-5',
  phone: 'M6 3l2 4-1.500 1.500a9 9 0 0 0 5 5L13 12l4 2v3c-7 1-14-6-14-14h3Z',
} as const;

export type IconName = keyof typeof paths;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false">
      <path d={paths[name]} />
    </svg>
  );
}
