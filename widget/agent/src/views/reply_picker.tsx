/** Saved replies in a composer: `/` opens the list, letters narrow it, Enter puts one in with what is known of the case. */
import type { ComponentChildren, RefObject } from 'preact';
import { useEffect, useId, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { asksForReplies, fill, gaps, type PlaceholderValues } from '../state/placeholders.ts';
import type { SavedReply } from '../state/wire.ts';
import { Failed, Skeleton } from './bits.tsx';
import { useApp, useStore } from './context.ts';

interface ReplyPicking {
  /** Stands above the composer while one is being chosen. */
  picker: ComponentChildren;
  /** Tell it what was typed, and where the caret stands. */
  typed(text: string, caret: number): void;
  /** Opens it at the caret, for those who press the button. */
  open(): void;
}

interface PickingOptions {
  area: RefObject<HTMLTextAreaElement>;
  text: string;
  write(text: string): void;
  values: PlaceholderValues;
  department: string;
}

export function useReplyPicker({ area, text, write, values, department }: PickingOptions): ReplyPicking {
  const [at, setAt] = useState<{ from: number; to: number } | null>(null);
  const [select, setSelect] = useState<{ from: number; to: number } | null>(null);
  useLayoutEffect(() => {
    if (!select) return;
    area.current?.focus();
    area.current?.setSelectionRange(select.from, select.to);
    setSelect(null);
  }, [select]);

  const put = (words: string, from: number, to: number) => {
    write(text.slice(0, from) + words + text.slice(to));
    const gap = gaps(words)[0];
    // The first gap is selected: what is typed next fills it.
    setSelect(
      gap ? { from: from + gap.from, to: from + gap.to } : { from: from + words.length, to: from + words.length },
    );
    setAt(null);
  };
  const picker = at && (
    <Picker
      department={department}
      onPick={(reply) => put(fill(reply.text, values), at.from, at.to)}
      onLeave={(rest, back) => {
        if (back) return put(rest, at.to, at.to);
        // The focus has gone elsewhere, and stays there.
        if (rest) write(text.slice(0, at.to) + rest + text.slice(at.to));
        setAt(null);
      }}
    />
  );
  return {
    picker,
    typed(next, caret) {
      if (asksForReplies(next, caret)) setAt({ from: caret - 1, to: caret });
    },
    open() {
      const element = area.current;
      const caret = text.length;
      setAt({ from: element?.selectionStart ?? caret, to: element?.selectionEnd ?? caret });
    },
  };
}

/** "Martínez" is found by "martinez". */
function fold(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}

/** Those that fit: of the case's department and for all; titles that begin so come first. */
export function fittingReplies(replies: readonly SavedReply[], department: string, query: string): SavedReply[] {
  const words = fold(query).split(/\s+/).filter(Boolean);
  const own = replies.filter((one) => one.department === null || department === 'any' || one.department === department);
  const found = own.filter((one) => words.every((word) => fold(`${one.title} ${one.text}`).includes(word)));
  const rank = (one: SavedReply) => (words[0] && fold(one.title).startsWith(words[0]) ? 0 : 1);
  return found.sort((a, b) => rank(a) - rank(b) || a.title.localeCompare(b.title));
}

interface PickerProps {
  department: string;
  onPick(reply: SavedReply): void;
  /** Nothing was chosen; what was typed into the search goes where it would have gone. `back`: and so does the focus. */
  onLeave(rest: string, back: boolean): void;
}

function Picker({ department, ...ends }: PickerProps) {
  const { desk, t, open } = useApp();
  const { replies } = useStore(desk.tickets.state);
  const [failed, setFailed] = useState(false);
  const [query, setQuery] = useState('');
  const [active, setActive] = useState(0);
  const box = useRef<HTMLDivElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const input = useRef<HTMLInputElement>(null);
  const id = useId();
  const words = t.tickets.saved;
  // It ends once: an input that is taken away loses the focus, and that would be a second end.
  const ended = useRef(false);
  const onPick = (reply: SavedReply) => {
    if (!ended.current) ends.onPick(reply);
    ended.current = true;
  };
  const onLeave = (rest: string, back: boolean) => {
    if (!ended.current) ends.onLeave(rest, back);
    ended.current = true;
  };
  const load = () => {
    setFailed(false);
    desk.tickets.loadReplies().catch(() => setFailed(true));
  };
  useEffect(load, []);
  // At once, before the next key: what follows the slash belongs here.
  useLayoutEffect(() => input.current?.focus(), []);
  const found = fittingReplies(replies ?? [], department, query);
  const current = found[Math.min(active, found.length - 1)];

  const pressed = (event: KeyboardEvent) => {
    if (event.isComposing) return;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      const step = event.key === 'ArrowDown' ? 1 : -1;
      const next = (Math.min(active, found.length - 1) + step + found.length) % Math.max(1, found.length);
      setActive(next);
      list.current?.children[next]?.scrollIntoView({ block: 'nearest' });
    } else if (event.key === 'Enter' && current) onPick(current);
    else if (event.key === 'Escape') onLeave(query, true);
    else if (event.key !== 'Enter') return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div
      ref={box}
      class="reply-picker"
      onFocusOut={(event) => {
        const inside = event.relatedTarget instanceof Node && box.current?.contains(event.relatedTarget);
        // Another window has the focus for a while: it comes back to where it was.
        const away = box.current?.contains(document.activeElement) || !document.hasFocus();
        if (!inside && !away) onLeave(query, false);
      }}
    >
      <div class="reply-picker-top">
        <input
          ref={input}
          type="text"
          role="combobox"
          aria-label={words.filter}
          aria-expanded="true"
          aria-controls={`${id}-list`}
          aria-autocomplete="list"
          aria-activedescendant={current ? `${id}-${current.id}` : undefined}
          placeholder={words.filter}
          value={query}
          autoComplete="off"
          spellcheck={false}
          onInput={(event) => {
            setQuery(event.currentTarget.value);
            setActive(0);
          }}
          onKeyDown={pressed}
        />
        <button
          type="button"
          class="link"
          onClick={() => {
            onLeave('', true);
            open({ name: 'replies' });
          }}
        >
          {words.manage}
        </button>
      </div>
      <p class="sr-only" role="status">
        {replies && words.count(found.length)}
      </p>
      <div ref={list} id={`${id}-list`} class="palette-list" role="listbox" aria-label={t.tickets.replies}>
        {found.map((reply) => (
          // biome-ignore lint/a11y/useFocusableInteractive lint/a11y/useKeyWithClickEvents: the focus stays in the input, as in every combobox
          <div
            key={reply.id}
            id={`${id}-${reply.id}`}
            role="option"
            aria-selected={reply === current}
            class={reply === current ? 'goal reply-goal current' : 'goal reply-goal'}
            onPointerDown={(event) => event.preventDefault()}
            onClick={() => onPick(reply)}
          >
            <strong class="ellipsis">{reply.title}</strong>
            <span class="ellipsis muted">{reply.text.replace(/\s+/gu, ' ')}</span>
          </div>
        ))}
      </div>
      {failed && !replies && <Failed text={words.failed} again={load} />}
      {!failed && !replies && <Skeleton lines={3} />}
      {replies && found.length === 0 && <p class="empty">{replies.length ? words.nothing : words.none}</p>}
      <p class="muted reply-picker-hint">{words.hint}</p>
    </div>
  );
}
