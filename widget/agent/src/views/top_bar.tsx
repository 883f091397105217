import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { askForNotices, noticesAllowed, playSound } from '../io/notify.ts';
import { Avatar, IconButton, Segments } from './bits.tsx';
import { useApp, useDesk, useLateCount, useStore } from './context.ts';
import { Icon } from './icons.tsx';

export function TopBar() {
  const { desk, t, route, open } = useApp();
  const { site } = useDesk();
  const late = useLateCount(desk);
  return (
    <header class="top">
      <p class="brand">{site?.name || t.console}</p>
      <nav class="tabs" aria-label={t.console}>
        <a href="#/" aria-current={route.page === 'desk' ? 'page' : undefined}>
          <Icon name="inbox" />
          <span class="tab-word">{t.top.desk}</span>
        </a>
        <a href="#/tickets" aria-current={route.page === 'tickets' ? 'page' : undefined}>
          <Icon name="ticket" />
          <span class="tab-word">{t.top.tickets}</span>
          {late > 0 && (
            <span class="tab-count" title={t.tickets.tab(late)}>
              <span aria-hidden="true">{late}</span>
              <span class="sr-only">, {t.tickets.tab(late)}</span>
            </span>
          )}
        </a>
        <a href="#/history" aria-current={route.page === 'history' ? 'page' : undefined}>
          <Icon name="history" />
          <span class="tab-word">{t.top.history}</span>
        </a>
      </nav>
      <button type="button" class="go-to" onClick={() => open({ name: 'palette' })}>
        <Icon name="search" />
        <span class="go-to-word">{t.top.search}</span>
        <kbd>Ctrl K</kbd>
      </button>
      <LinkMark />
      <Menu />
    </header>
  );
}

/** Whether the line to the server stands: in words, always at the same place. */
function LinkMark() {
  const { t } = useApp();
  const { link } = useDesk();
  const words =
    link === 'live' ? t.link.live : link === 'connecting' || link === 'boot' ? t.link.connecting : t.link.waiting;
  return (
    <p class={`link-mark ${link}`} role="status" title={words}>
      <span class="link-dot" aria-hidden="true" />
      <span class="link-word">{words}</span>
    </p>
  );
}

function Menu() {
  const { desk, t, settings, change, open } = useApp();
  const state = useDesk();
  const [shown, setShown] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const pending = Object.values(state.chats).some((record) => record.pending.length > 0);

  useLayoutEffect(() => {
    if (!shown) return;
    const outside = (event: Event) => {
      if (!box.current?.contains(event.target as Node)) setShown(false);
    };
    const onEscape = (event: KeyboardEvent) => {
      if (event.key !== 'Escape') return;
      setShown(false);
      button.current?.focus();
    };
    document.addEventListener('pointerdown', outside);
    document.addEventListener('focusin', outside);
    document.addEventListener('keydown', onEscape);
    return () => {
      document.removeEventListener('pointerdown', outside);
      document.removeEventListener('focusin', outside);
      document.removeEventListener('keydown', onEscape);
    };
  }, [shown]);

  const toggleNotices = async () => {
    if (settings.notices) return change({ notices: false });
    change({ notices: noticesAllowed() === 'granted' || (await askForNotices()) });
  };
  const toggleSound = () => {
    if (!settings.sound) playSound('message');
    change({ sound: !settings.sound });
  };

  return (
    <div class="menu" ref={box}>
      <button
        ref={button}
        type="button"
        class="menu-button"
        aria-label={t.top.menu}
        aria-expanded={shown}
        onClick={() => setShown(!shown)}
      >
        <Avatar name={state.me?.name ?? ''} />
      </button>
      {shown && (
        <div class="menu-panel">
          <p class="menu-who">
            <strong>{state.me?.name}</strong>
            <span class="muted">{state.me?.username}</span>
          </p>
          <Toggle label={t.top.sound} on={settings.sound} onChange={toggleSound} />
          <Toggle
            label={t.top.notices}
            on={settings.notices && noticesAllowed() === 'granted'}
            onChange={() => void toggleNotices()}
            {...(noticesAllowed() === 'denied' ? { hint: t.top.noticesBlocked } : {})}
          />
          <Segments
            label={t.top.language}
            value={settings.lang}
            choices={[
              { value: 'es-MX', label: 'Español' },
              { value: 'en', label: 'English' },
            ]}
            onChange={(lang) => change({ lang })}
            class="small"
          />
          <button
            type="button"
            class="menu-item"
            onClick={() => {
              setShown(false);
              open({ name: 'replies' });
            }}
          >
            {t.tickets.replies}
          </button>
          <button
            type="button"
            class="menu-item"
            onClick={() => {
              setShown(false);
              open({ name: 'help' });
            }}
          >
            {t.top.help} <kbd>?</kbd>
          </button>
          {pending && <p class="muted">{t.top.signOutPending}</p>}
          <button type="button" class="menu-item" onClick={() => void desk.signOut()}>
            {t.top.signOut}
          </button>
        </div>
      )}
    </div>
  );
}

function Toggle({ label, on, onChange, hint }: { label: string; on: boolean; onChange(): void; hint?: string }) {
  return (
    <label class="toggle">
      <span>
        {label}
        {hint && <span class="muted sub">{hint}</span>}
      </span>
      <input
        type="checkbox"
        role="switch"
        checked={on}
        aria-checked={on}
        disabled={hint !== undefined}
        onChange={onChange}
      />
    </label>
  );
}

/** The bar below the top while the line is down. What was typed stays; nothing is covered. */
export function LinkBar() {
  const { desk, t } = useApp();
  const { link, closeCode, chats } = useDesk();
  const waits = Object.values(chats).reduce((sum, one) => sum + one.pending.filter((item) => !item.refused).length, 0);
  if (link === 'live' || link === 'displaced' || link === 'signed_out') return null;
  // The first connection of a fresh page is quick: the skeletons say enough.
  if (link === 'boot' || (link === 'connecting' && Object.keys(chats).length === 0)) return null;
  const words =
    link === 'stopped' ? t.link.stoppedBar(closeCode) : link === 'waiting' ? t.link.waitingBar : t.link.connectingBar;
  return (
    <div class="link-bar" role="alert">
      <Icon name="alert" />
      <p>
        {words} {waits > 0 && <strong>{t.link.pending(waits)}.</strong>}
      </p>
      <button type="button" class="button small" onClick={() => (link === 'stopped' ? desk.useHere() : desk.wake())}>
        {t.link.now}
      </button>
    </div>
  );
}

/** The short word after something was done, or was not. */
export function Toasts() {
  const { desk, t } = useApp();
  const toasts = useStore(desk.toasts);
  return (
    <div class="toasts" role="status" aria-live="polite">
      {toasts.map((toast) => (
        <div key={toast.id} class={toast.bad ? 'toast bad' : 'toast'}>
          <Icon name={toast.bad ? 'alert' : 'done'} />
          <p>{toast.text(t)}</p>
          <IconButton icon="close" label={t.closeDialog} onClick={() => desk.hush(toast.id)} />
        </div>
      ))}
    </div>
  );
}
