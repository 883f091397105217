/** `widget-ended.js`: what is asked and offered after a chat, loaded when one has ended. */
import type { Desk, Opened } from '../desk.ts';
import { dress } from '../part.ts';
import css from './style.css?inline';
import { Ended, View } from './view.tsx';

export function open(desk: Desk): Opened {
  dress(css);
  const ended = new Ended(desk);
  return { draw: () => View(ended) };
}
