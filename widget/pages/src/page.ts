/** The server's pages without this script can be read; with it the chats open and what is open now stays true. */
import './page.css';
import './ticket.css';
import './ticket/uploads.css';
import { followChats, refresh, showChats } from './live.ts';
import { enhanceAnswer } from './ticket/answer.ts';
import { tellDue } from './ticket/due.ts';
import { enhanceTicketForm } from './ticket/form.ts';

const REFRESH_MS = 60_000;

showChats(document);
followChats(document);
enhanceTicketForm(document);
enhanceAnswer(document);
tellDue(document);
document.addEventListener('click', (event) => {
  const button = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-open]') : null;
  const channel = button?.dataset['open'];
  if (channel) window.ventanilla('open', channel);
});

setInterval(() => {
  tellDue(document);
  if (!document.hidden) void refresh(document);
}, REFRESH_MS);
document.addEventListener('visibilitychange', () => {
  if (!document.hidden) void refresh(document);
});
