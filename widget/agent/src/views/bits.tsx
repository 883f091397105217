/** Small pieces that several views share. */
import type { ComponentChildren } from 'preact';
import { useId, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { duration } from '../i18n/time.ts';
import { department } from '../state/select.ts';
import type { Site } from '../state/wire.ts';
import { useApp, useNow } from './context.ts';
import { Icon, type IconName } from './icons.tsx';

/** Relative while fresh, exact on hover. */
export function Ago({ at }: { at: number }) {
  const { clock } = useApp();
  const now = useNow(20_000);
  return (
    <time dateTime={new Date(at).toISOString()} title={clock.exact(at)}>
      {clock.ago(at, now)}
    </time>
  );
}

/** The time of day, exact on hover. */
export function TimeOfDay({ at }: { at: number }) {
  const { clock } = useApp();
  return (
    <time dateTime={new Date(at).toISOString()} title={clock.exact(at)}>
      {clock.time(at)}
    </time>
  );
}

/** How long something has lasted, going on by itself. */
export function useLasting(since: number): string {
  return duration(useNow(1000) - since);
}

export function Avatar({ name, here }: { name: string; here?: boolean }) {
  const letters = name
    .split(/\s+/)
    .filter(Boolean)
    .map((word) => [...word][0] ?? '');
  const initials = [letters[0], letters.length > 1 ? letters.at(-1) : ''].join('').toLocaleUpperCase();
  return (
    // The letters are drawn by the style sheet: they are a picture, not part of any name.
    <span class="avatar" aria-hidden="true" data-initials={initials || '·'}>
      {here !== undefined && <span class={here ? 'presence here' : 'presence'} />}
    </span>
  );
}

interface IconButtonProps {
  icon: IconName;
  label: string;
  onClick(): void;
  class?: string;
  disabled?: boolean;
  expanded?: boolean;
}

export function IconButton({ icon, label, onClick, class: extra, disabled, expanded }: IconButtonProps) {
  return (
    <button
      type="button"
      class={`icon-button ${extra ?? ''}`}
      aria-label={label}
      title={label}
      onClick={onClick}
      disabled={disabled}
      aria-expanded={expanded}
    >
      <Icon name={icon} />
    </button>
  );
}

interface DialogProps {
  title: string;
  onClose(): void;
  children: ComponentChildren;
  wide?: boolean;
}

/** The browser's modal dialog: it keeps the focus, makes the rest inert, closes by Esc and gives the focus back. */
export function Dialog({ title, onClose, children, wide }: DialogProps) {
  const { t } = useApp();
  const ref = useRef<HTMLDialogElement>(null);
  const id = useId();
  useLayoutEffect(() => {
    const dialog = ref.current;
    const before = document.activeElement;
    if (dialog && !dialog.open) dialog.showModal();
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: a press beside the dialog closes it; the keyboard has Esc
    <dialog
      ref={ref}
      class={wide ? 'dialog wide' : 'dialog'}
      aria-labelledby={id}
      // At once: the browser's own closing tells of itself a moment later, and a key pressed in between would be lost.
      onCancel={(event) => {
        // A file dialog that is given up in here tells of it the same way.
        if (event.target !== ref.current) return;
        event.preventDefault();
        onClose();
      }}
      onClose={onClose}
      onClick={(event) => event.target === ref.current && onClose()}
    >
      <div class="dialog-body">
        <header class="dialog-head">
          <h2 id={id}>{title}</h2>
          <IconButton icon="close" label={t.closeDialog} onClick={onClose} />
        </header>
        {children}
      </div>
    </dialog>
  );
}

/** Grey bars where something will be, so that nothing jumps when it comes. */
export function Skeleton({ lines = 3 }: { lines?: number }) {
  const { t } = useApp();
  return (
    <div class="skeleton" role="status">
      <span class="sr-only">{t.loading}</span>
      {Array.from({ length: lines }, (_, index) => (
        <span key={index} class="bar" />
      ))}
    </div>
  );
}

export function Failed({ text, again }: { text: string; again(): void }) {
  const { t } = useApp();
  return (
    <div class="failed" role="alert">
      <p>{text}</p>
      <button type="button" class="button" onClick={again}>
        {t.chat.retry}
      </button>
    </div>
  );
}

/** The name of a department; `any` and unknown ones in words, too. */
export function useDepartmentName(): (site: Site | null, id: string) => string {
  const { t } = useApp();
  return (site, id) => (id === 'any' ? t.chat.any : (department(site, id)?.name ?? id));
}

interface Choice<V extends string> {
  value: V;
  label: string;
  class?: string;
}

interface SegmentsProps<V extends string> {
  label: string;
  value: V;
  choices: Choice<V>[];
  onChange(value: V): void;
  class?: string;
}

/** A few choices side by side: radio buttons underneath, so arrows and screen readers work as everywhere. */
export function Segments<V extends string>({ label, value, choices, onChange, class: extra }: SegmentsProps<V>) {
  const name = useId();
  const [, redraw] = useState({});
  const choose = (choice: V) => {
    onChange(choice);
    // A choice that was not taken over must not stay pressed.
    redraw({});
  };
  return (
    <fieldset class={`segments ${extra ?? ''}`}>
      <legend class="sr-only">{label}</legend>
      {choices.map((choice) => (
        <label key={choice.value} class={`segment ${choice.class ?? ''}`}>
          <input
            type="radio"
            name={name}
            value={choice.value}
            checked={choice.value === value}
            onChange={() => choose(choice.value)}
          />
          <span>{choice.label}</span>
        </label>
      ))}
    </fieldset>
  );
}
