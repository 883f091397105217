import { useRef, useState } from 'preact/hooks';
import type { Texts } from '../i18n/index.ts';
import { HttpError } from '../io/http.ts';
import { Segments } from './bits.tsx';
import { useApp, useDesk } from './context.ts';

/** How long to wait where a refusal does not say. */
const throttleS = 60;

function words(t: Texts, error: unknown): string {
  if (!(error instanceof HttpError) || error.status === 0) return t.signIn.unreachable;
  if (error.status === 401) return t.signIn.wrong;
  if (error.status === 429) return t.signIn.throttled(error.retryAfterS ?? throttleS);
  return t.signIn.unavailable;
}

export function SignIn() {
  const { desk, t, settings, change } = useApp();
  const state = useDesk();
  const [busy, setBusy] = useState(false);
  const [shown, setShown] = useState(false);
  const [error, setError] = useState('');
  const username = useRef<HTMLInputElement>(null);
  const password = useRef<HTMLInputElement>(null);

  async function submit(event: Event) {
    event.preventDefault();
    const name = username.current?.value.trim() ?? '';
    const secret = password.current?.value ?? '';
    if (!name || !secret) {
      setError(t.signIn.required);
      (name ? password : username).current?.focus();
      return;
    }
    setBusy(true);
    setError('');
    try {
      await desk.signIn(name, secret);
    } catch (reason) {
      setError(words(t, reason));
      setBusy(false);
      password.current?.select();
    }
  }

  return (
    <main class="door">
      <form class="door-card" onSubmit={submit} noValidate aria-describedby="door-lead">
        <p class="door-site">{state.site?.name ?? t.console}</p>
        <h1>{t.signIn.title}</h1>
        <p id="door-lead" class="muted">
          {t.signIn.lead}
        </p>
        {state.closeCode === 4401 && !error && (
          <p class="message warn" role="status">
            {t.signIn.ended}
          </p>
        )}
        <label class="field">
          <span>{t.signIn.username}</span>
          <input
            ref={username}
            name="username"
            autoComplete="username"
            autoCapitalize="none"
            spellcheck={false}
            aria-invalid={error !== ''}
          />
        </label>
        <div class="field">
          <label for="door-password">{t.signIn.password}</label>
          <span class="with-button">
            <input
              ref={password}
              id="door-password"
              name="password"
              type={shown ? 'text' : 'password'}
              autoComplete="current-password"
              aria-invalid={error !== ''}
            />
            <button type="button" class="button quiet" onClick={() => setShown(!shown)}>
              {shown ? t.signIn.hide : t.signIn.show}
            </button>
          </span>
        </div>
        <div role="alert" class={error ? 'message bad' : 'sr-only'}>
          {error}
        </div>
        <button type="submit" class="button primary big" disabled={busy}>
          {busy ? t.signIn.busy : t.signIn.submit}
        </button>
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
      </form>
    </main>
  );
}
