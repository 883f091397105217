/** A sound and a desktop notice for what needs this agent, each of which can be muted. */
import type { Texts } from '../i18n/index.ts';
import type { Notice } from '../state/select.ts';

let audio: AudioContext | null = null;

/** Two rising notes for a new chat, a single one for a message. Made here: a file would be one more request. */
export function playSound(kind: Notice['kind']): void {
  try {
    audio ??= new AudioContext();
    if (audio.state === 'suspended') void audio.resume();
    const notes = kind === 'chat' ? [659, 880] : [740];
    for (const [index, frequency] of notes.entries()) beep(audio, frequency, index * 0.16);
  } catch {
    // No sound device, or the page has not been touched yet: the notice and the title remain.
  }
}

function beep(context: AudioContext, frequency: number, delay: number): void {
  const from = context.currentTime + delay;
  const tone = context.createOscillator();
  const volume = context.createGain();
  tone.frequency.value = frequency;
  volume.gain.setValueAtTime(0, from);
  volume.gain.linearRampToValueAtTime(0.12, from + 0.02);
  volume.gain.exponentialRampToValueAtTime(0.001, from + 0.35);
  tone.connect(volume).connect(context.destination);
  tone.start(from);
  tone.stop(from + 0.4);
}

/** What the browser says about notices: it must be asked once, by a press of the agent. */
export function noticesAllowed(): 'granted' | 'denied' | 'default' {
  return typeof Notification === 'undefined' ? 'denied' : Notification.permission;
}

export async function askForNotices(): Promise<boolean> {
  if (typeof Notification === 'undefined') return false;
  return (await Notification.requestPermission()) === 'granted';
}

/** Shows a notice; pressing it brings the window forward and calls `open`. One per chat: the tag replaces. */
export function showNotice(t: Texts, notice: Notice, open: () => void): void {
  if (noticesAllowed() !== 'granted') return;
  const name = notice.name || t.visitor.nameless;
  const title = notice.kind === 'chat' ? t.notice.chat(name) : t.notice.message(name);
  const body = notice.kind === 'chat' ? t.notice.chatBody : notice.text.slice(0, 140);
  try {
    const shown = new Notification(title, { body, tag: notice.chat, silent: true });
    shown.onclick = () => {
      window.focus();
      open();
      shown.close();
    };
  } catch {
    // Android allows notices from service workers only.
  }
}
