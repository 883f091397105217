/** Words for what HTTP refused. */
import { errorText, type Texts } from '../i18n/index.ts';
import { HttpError } from '../io/http.ts';

/** The server's own words about a field are the best there are; else ours for the code. */
export function httpErrorText(t: Texts, error: unknown): string {
  if (!(error instanceof HttpError)) return t.error.other;
  const said = Object.values(error.fields).find((words) => words !== '');
  if (error.code === 'bad_field' && said) return said;
  return t.tickets.error[error.code] ?? errorText(t, error.code);
}
