import { useId, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { useApp } from '../context.ts';
import { Icon } from '../icons.tsx';

interface SendButtonsProps {
  note: boolean;
  busy: boolean;
  disabled: boolean;
  send(state?: 'pending' | 'solved'): Promise<void>;
}

/** Send, and beside it the ways to send that also set the state. */
export function SendButtons({ note, busy, disabled, send }: SendButtonsProps) {
  const { t } = useApp();
  const words = t.tickets.compose;
  if (note) {
    return (
      <button type="submit" class="button send note" disabled={disabled || busy}>
        <Icon name="note" /> {busy ? words.sending : words.saveNote}
      </button>
    );
  }
  return (
    <div class="split">
      <button type="submit" class="button primary send" disabled={disabled || busy}>
        <Icon name="send" /> {busy ? words.sending : words.send}
      </button>
      <SendMenu disabled={disabled || busy} send={send} />
    </div>
  );
}

const ways = ['pending', 'solved'] as const;

/** A menu as the keyboard knows it: arrows walk, Enter chooses, Esc and Tab leave. */
function SendMenu({ disabled, send }: Pick<SendButtonsProps, 'disabled' | 'send'>) {
  const { t } = useApp();
  const words = t.tickets.compose;
  const [shown, setShown] = useState(false);
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const menu = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (shown) (menu.current?.firstElementChild as HTMLElement | null)?.focus();
  }, [shown]);

  const leave = () => {
    setShown(false);
    button.current?.focus();
  };
  const pressed = (event: KeyboardEvent) => {
    const items = [...(menu.current?.children ?? [])] as HTMLElement[];
    const at = items.indexOf(document.activeElement as HTMLElement);
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step) items[(at + step + items.length) % items.length]?.focus();
    else if (event.key === 'Escape') leave();
    else if (event.key === 'Tab') return setShown(false);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div
      class="split-more"
      onFocusOut={(event) => {
        const inside = event.relatedTarget instanceof Node && event.currentTarget.contains(event.relatedTarget);
        if (!inside) setShown(false);
      }}
    >
      <button
        ref={button}
        type="button"
        class="button primary"
        aria-label={words.more}
        title={words.more}
        aria-haspopup="menu"
        aria-expanded={shown}
        aria-controls={shown ? id : undefined}
        disabled={disabled}
        onClick={() => setShown(!shown)}
      >
        <Icon name="more" />
      </button>
      {shown && (
        <div
          ref={menu}
          id={id}
          class="split-menu"
          role="menu"
          aria-label={words.more}
          tabIndex={-1}
          onKeyDown={pressed}
        >
          {ways.map((way) => (
            <button
              key={way}
              type="button"
              role="menuitem"
              tabIndex={-1}
              onClick={() => {
                leave();
                void send(way);
              }}
            >
              {words[way]}
              <span class="muted sub">{words[`${way}Hint`]}</span>
            </button>
          ))}
        </div>
      )}
    </div>
  );
}
