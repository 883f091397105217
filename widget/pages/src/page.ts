/** The server's pages without this script can be read; with it the chats open and what is open now stays true. */
import './page.css';
import { refresh, showChats } from './live.ts';

const REFRESH_MS = 60_000;

showChats(document);
document.addEventListener('click', (event) => {
  const button = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-open]') : null;
  const channel = button?.dataset['open'];
  if (channel) window.ventanilla('open', channel);
});

setInterval(() => {
  if (!document.hidden) void refresh(document);
}, REFRESH_MS);
document.addEventListener('visibilitychange', () => {
  if (!document.hidden) void refresh(document);
});
