/** `widget-ticket.js`: the ticket form inside the widget, loaded when somebody wants one. */
import type { Desk, Opened } from '../desk.ts';
import { dress } from '../part.ts';
import { Form } from './form.ts';
import css from './style.css?inline';
import { View } from './view.tsx';

/** Opens the form with what was typed in the channel already. */
export function open(desk: Desk): Opened {
  dress(css);
  const form = new Form(desk);
  const draw = () => {
    form.hear();
    return View(form);
  };
  return { draw, take: (files) => form.uploads.add(files), stop: () => form.stop() };
}
