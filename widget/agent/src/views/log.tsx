import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Pending } from '../state/model.ts';
import { type LogItem, logItems } from '../state/select.ts';
import type { Entry, Note } from '../state/wire.ts';
import { Skeleton } from './bits.tsx';
import { useApp, useDesk, useNow } from './context.ts';
import { Icon } from './icons.tsx';
import { EntryLine, NoteLine, PendingLine } from './log_line.tsx';

export interface LogProps {
  chat: string;
  entries: readonly Entry[];
  notes: readonly Note[];
  pending?: readonly Pending[];
  loaded: boolean;
  visitorName: string;
  /** Up to where the visitor has read. */
  readTo: number;
  typing?: { on: boolean; draft: string; at: number } | null;
}

/** Typing dots without news for so long are taken for a visitor who went away in the middle of a word. */
const typingFreshMs = 30_000;
/** So near to the end counts as being there. */
const nearPx = 60;

export function Log(props: LogProps) {
  const { t, clock } = useApp();
  const { entries, notes, pending = [], loaded } = props;
  const box = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const [missed, setMissed] = useState(0);
  const count = entries.length + notes.length + pending.length;
  const before = useRef(count);
  const items = useMemo(
    () => logItems(entries, notes, pending, (at) => clock.day(at)),
    [entries, notes, pending, clock],
  );

  const toEnd = () => {
    if (box.current) box.current.scrollTop = box.current.scrollHeight;
    setMissed(0);
  };

  useLayoutEffect(() => {
    const added = count - before.current;
    before.current = count;
    const own = pending.length > 0 && added > 0;
    if (atEnd.current || own) toEnd();
    else if (added > 0) setMissed((n) => n + added);
  }, [count, loaded, props.typing?.draft, props.typing?.on]);

  // The keyboard of a phone, or a composer that grows, makes the log lower: its end stays in sight.
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const observer = new ResizeObserver(() => atEnd.current && toEnd());
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  const scrolled = () => {
    const element = box.current;
    if (!element) return;
    atEnd.current = element.scrollHeight - element.scrollTop - element.clientHeight < nearPx;
    if (atEnd.current) setMissed(0);
  };

  return (
    <div class="log-frame">
      <div
        ref={box}
        class="log"
        role="log"
        aria-label={t.log.label}
        aria-busy={!loaded}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it
        tabIndex={0}
        onScroll={scrolled}
      >
        {loaded ? items.map((item) => <Item key={item.key} item={item} {...props} />) : <Skeleton lines={6} />}
        {props.typing && <Typing name={props.visitorName} typing={props.typing} />}
      </div>
      {missed > 0 && (
        <button type="button" class="button to-end" onClick={toEnd}>
          <Icon name="down" /> {t.log.newBelow(missed)}
        </button>
      )}
    </div>
  );
}

/** One line of a log. */
export function Item({ item, ...props }: { item: LogItem; visitorName: string; readTo: number }) {
  switch (item.kind) {
    case 'day':
      return <Day at={item.at} />;
    case 'entry':
      return (
        <EntryLine
          entry={item.entry}
          follows={item.follows}
          visitorName={props.visitorName}
          read={item.entry.seq <= props.readTo}
        />
      );
    case 'note':
      return <NoteLine note={item.note} />;
    case 'pending':
      return <PendingLine pending={item.pending} />;
  }
}

/** The line above the first word of a day. */
export function Day({ at }: { at: number }) {
  const { clock } = useApp();
  const now = useNow(60_000);
  return (
    <p class="day">
      <span>{clock.dayName(at, now)}</span>
    </p>
  );
}

function Typing({ name, typing }: { name: string; typing: { on: boolean; draft: string; at: number } }) {
  const { t } = useApp();
  const { link } = useDesk();
  const now = useNow(5000);
  if (link !== 'live' || (!typing.draft && now - typing.at > typingFreshMs)) return null;
  return (
    // The draft changes with each keystroke: read out, it would drown the messages.
    <div class="line visitor draft" aria-live="off">
      <div class="bubble">
        {typing.draft && <p class="text">{typing.draft}</p>}
        <p class="draft-mark">
          {typing.on && (
            <span class="dots" aria-hidden="true">
              <i />
              <i />
              <i />
            </span>
          )}
          {typing.draft ? t.log.draft : t.log.typing(name)}
        </p>
      </div>
    </div>
  );
}
