import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { startLang, texts } from '../i18n/index.ts';
import { Clock } from '../i18n/time.ts';
import type { Desk } from '../io/desk.ts';
import * as kept from '../io/kept.ts';
import { parseRoute, type Route, toHash } from '../state/route.ts';
import { queuedCount, waitingForMe } from '../state/select.ts';
import { accentText } from './accent.ts';
import { AppContext, type App as AppValue, type DialogName, useLateCount, useStore } from './context.ts';
import { DeskPage } from './desk_page.tsx';
import { CloseDialog, OfflineDialog } from './dialogs.tsx';
import { HelpDialog } from './help.tsx';
import { History } from './history.tsx';
import { useKeys } from './keys.ts';
import { Palette } from './palette.tsx';
import { SignIn } from './sign_in.tsx';
import { TicketDialog } from './ticket.tsx';
import { DueDialog } from './tickets/due.tsx';
import { MergeDialog } from './tickets/merge.tsx';
import { TicketsPage } from './tickets/page.tsx';
import { PhoneDialog } from './tickets/phone.tsx';
import { RepliesDialog } from './tickets/replies.tsx';
import { LinkBar, Toasts, TopBar } from './top_bar.tsx';
import { TransferDialog } from './transfer.tsx';
import { WhyDialog } from './why.tsx';

export interface SettingsHolder {
  settings: kept.Settings;
}

/** `holder` is how code outside of the views (sounds, notices) reads the settings of the moment. */
export function App({ desk, holder }: { desk: Desk; holder: SettingsHolder }) {
  const state = useStore(desk.state);
  const [settings, setSettings] = useState(holder.settings);
  const [route, setRoute] = useState(() => parseRoute(location.hash));
  const [dialog, setDialog] = useState<DialogName | null>(null);
  const chosen = useRef(kept.loadSettings().lang !== undefined);
  const t = texts[settings.lang];
  const zone = state.site?.timezone ?? 'America/Mexico_City';
  const clock = useMemo(() => new Clock(t, zone), [t, zone]);

  const change = useCallback(
    (part: Partial<kept.Settings>) => {
      holder.settings = { ...holder.settings, ...part };
      chosen.current ||= part.lang !== undefined;
      kept.saveSettings(holder.settings);
      setSettings(holder.settings);
    },
    [holder],
  );
  const go = useCallback((next: Route, replace = false) => {
    if (replace) location.replace(toHash(next));
    else location.hash = toHash(next);
    // At once, not with the event that comes later: what was chosen must not look undone meanwhile.
    setRoute(parseRoute(location.hash));
  }, []);

  useLayoutEffect(() => {
    const changed = () => setRoute(parseRoute(location.hash));
    addEventListener('hashchange', changed);
    return () => removeEventListener('hashchange', changed);
  }, []);

  // The site's language counts where neither the agent nor the browser has one that we speak.
  useEffect(() => {
    if (!state.site || chosen.current) return;
    holder.settings = { ...holder.settings, lang: startLang(undefined, navigator.languages, state.site.locale) };
    setSettings(holder.settings);
  }, [state.site, holder]);

  useEffect(() => {
    document.documentElement.lang = settings.lang;
  }, [settings.lang]);

  useEffect(() => {
    const accent = state.site?.accent;
    if (!accent) return;
    document.documentElement.style.setProperty('--accent', accent);
    document.documentElement.style.setProperty('--on-accent', accentText(accent));
  }, [state.site?.accent]);

  const waiting = waitingForMe(state);
  const queued = queuedCount(state.queues);
  const late = useLateCount(desk);
  useEffect(() => {
    document.title = t.title(waiting, queued, late, state.site?.name ?? '');
  }, [t, waiting, queued, late, state.site?.name]);

  const signedIn = state.link !== 'signed_out';
  useEffect(() => {
    desk.select(route.page === 'desk' ? route.chat : null);
  }, [desk, route, signedIn]);
  useEffect(() => {
    if (!signedIn || state.link === 'displaced') setDialog(null);
  }, [signedIn, state.link]);

  useKeys({ desk, route, go, open: setDialog, enabled: signedIn && dialog === null && state.link !== 'displaced' });

  const value: AppValue = { desk, t, clock, settings, change, route, go, open: setDialog };
  return (
    <AppContext.Provider value={value}>
      {signedIn ? <Console route={route} displaced={state.link === 'displaced'} /> : <SignIn />}
      {dialog && <OpenDialog dialog={dialog} desk={desk} close={() => setDialog(null)} />}
      <Toasts />
    </AppContext.Provider>
  );
}

function Console({ route, displaced }: { route: Route; displaced: boolean }) {
  return (
    <div class="console">
      <TopBar />
      <LinkBar />
      {displaced ? (
        <Displaced />
      ) : route.page === 'history' ? (
        <main class="page">
          <History q={route.q} department={route.department} chat={route.chat} />
        </main>
      ) : route.page === 'tickets' ? (
        <TicketsPage number={route.number} query={route.query} />
      ) : (
        <DeskPage chat={route.chat} />
      )}
    </div>
  );
}

function Displaced() {
  return (
    <AppContext.Consumer>
      {(app) =>
        app && (
          <main class="page nothing">
            <div role="alert">
              <h1>{app.t.link.displacedTitle}</h1>
              <p>{app.t.link.displacedText}</p>
            </div>
            <button type="button" class="button primary big" onClick={() => app.desk.useHere()}>
              {app.t.link.useHere}
            </button>
          </main>
        )
      }
    </AppContext.Consumer>
  );
}

function OpenDialog({ dialog, desk, close }: { dialog: DialogName; desk: Desk; close(): void }) {
  const state = useStore(desk.state);
  switch (dialog.name) {
    case 'palette':
      return <Palette onClose={close} />;
    case 'help':
      return <HelpDialog onClose={close} />;
    case 'offline':
      return <OfflineDialog onClose={close} />;
    case 'phone':
      return <PhoneDialog onClose={close} />;
    case 'replies':
      return <RepliesDialog onClose={close} />;
    case 'due':
      return <DueDialog number={dialog.number} onClose={close} />;
    case 'merge':
      return <MergeDialog number={dialog.number} onClose={close} />;
    case 'why':
      return <WhyDialog chat={dialog.chat} onClose={close} />;
    default: {
      const record = state.chats[dialog.chat];
      if (!record) return null;
      if (dialog.name === 'transfer') return <TransferDialog record={record} onClose={close} />;
      if (dialog.name === 'ticket') return <TicketDialog record={record} onClose={close} />;
      return <CloseDialog record={record} onClose={close} />;
    }
  }
}
