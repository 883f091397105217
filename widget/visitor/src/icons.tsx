/** Our own icons: strokes on a 24 by 24 grid in the colour of the text. */
import { h } from './dom.ts';

const speaker = 'M4 9v6h4l5 4V5L8 9zM16 9';

const paths = {
  chat: 'M4 4h16v13h-9l-5 4v-4H4zM8 9h8M8 12h5',
  down: 'M5 9l7 7 7-7',
  end: 'M6 6l12 12M18 6L6 18',
  send: 'M4 12l16-8-6 16-3-7zM11 13l9-9',
  clip: 'M18 11l-7 7a4 4 0 0 1-6-6l8-8a3 3 0 0 1 4 4l-8 8a1 1 0 0 1-2-2l7-7',
  sound: `${speaker}a4 4 0 0 1 0 6M18 6a8 8 0 0 1 0 12`,
  silent: `${speaker}l5 6M21 9l-5 6`,
};

export function Icon(name: keyof typeof paths) {
  return (
    <svg viewBox="0 0 24 24" aria-hidden="true">
      <path d={paths[name]} />
    </svg>
  );
}
