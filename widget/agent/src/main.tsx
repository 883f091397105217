import './css/tokens.css';
import './css/base.css';
import './css/controls.css';
import './css/layout.css';
import './css/pages.css';
import './css/side.css';
import './css/chat.css';
import './css/card.css';
import './css/dialogs.css';
import './css/tickets.css';
import './css/ticket_marks.css';
import './css/ticket.css';
import './css/ticket_parts.css';
import { render } from 'preact';
import { startLang, texts } from './i18n/index.ts';
import { Desk } from './io/desk.ts';
import { browserHttp } from './io/http.ts';
import { loadSettings } from './io/kept.ts';
import { playSound, showNotice } from './io/notify.ts';
import { App, type SettingsHolder } from './views/app.tsx';

const stored = loadSettings();
const holder: SettingsHolder = {
  settings: {
    lang: startLang(stored.lang, navigator.languages, null),
    sound: stored.sound ?? true,
    notices: stored.notices ?? true,
  },
};

const desk = new Desk({
  url: `${location.origin.replace(/^http/, 'ws')}/ws/agent`,
  http: browserHttp(),
  visible: () => document.visibilityState === 'visible' && document.hasFocus(),
  notify(notice) {
    const { lang, sound, notices } = holder.settings;
    if (sound) playSound(notice.kind);
    if (notice.kind === 'chat') desk.say((t) => t.notice.arrived(notice.name || t.visitor.nameless));
    // In front of the page the list and the sound are enough.
    if (notices && !document.hasFocus()) {
      showNotice(texts[lang], notice, () => {
        location.hash = `#/c/${encodeURIComponent(notice.chat)}`;
      });
    }
  },
});

document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && desk.wake());
addEventListener('focus', () => desk.wake());
addEventListener('online', () => desk.wake());
// A socket does not notice that the network has gone; asking does, within seconds.
addEventListener('offline', () => desk.wake());

const root = document.getElementById('console');
if (root) render(<App desk={desk} holder={holder} />, root);
void desk.start();
