/** One labelled field of a form. */
import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import { Icon } from './icons.tsx';

export interface FieldMarks {
  id: string;
  'aria-invalid': boolean;
  'aria-describedby': string | undefined;
}

interface LabelledProps {
  label: string;
  error: string | undefined;
  /** What helps to fill it in, or a doubt that is no error. */
  hint?: ComponentChildren;
  children(marks: FieldMarks): ComponentChildren;
}

/** One field with its name above and what is wrong with it below. */
export function Labelled({ label, error, hint, children }: LabelledProps) {
  const id = useId();
  const told = `${id}-error`;
  const hinted = `${id}-hint`;
  const described = [hint ? hinted : '', error ? told : ''].filter(Boolean).join(' ') || undefined;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children({ id, 'aria-invalid': error !== undefined, 'aria-describedby': described })}
      {hint && (
        <p class="field-hint" id={hinted}>
          {hint}
        </p>
      )}
      {error && (
        <p class="field-error" id={told}>
          <Icon name="alert" /> {error}
        </p>
      )}
    </div>
  );
}
