/** Alerts while they are being set: what the form holds, what is wrong with it, and what the server gets. */
import { type Alerts, type AlertsWish, type Occasion, OCCASIONS, type Way } from '../../api/alerts.ts';

export interface AlertForm {
  /** Which ways are used. */
  readonly use: Readonly<Record<Way, boolean>>;
  readonly to: string;
  readonly webhook: string;
  /** Empty: what is kept stays. */
  readonly secret: string;
  readonly ntfy: string;
  readonly token: string;
  readonly on: Readonly<Record<Occasion, boolean>>;
}

/** Whoever has set nothing yet is told of everything. */
export function formOf(kept: Alerts): AlertForm {
  const untouched = kept.mail === null && kept.webhook === null && kept.ntfy === null && kept.on.length === 0;
  const on = Object.fromEntries(
    OCCASIONS.map((occasion) => [occasion, untouched || kept.on.includes(occasion)]),
  );
  return {
    use: { mail: kept.mail !== null, webhook: kept.webhook !== null, ntfy: kept.ntfy !== null },
    to: kept.mail?.to ?? '',
    webhook: kept.webhook?.url ?? '',
    secret: '',
    ntfy: kept.ntfy?.url ?? '',
    token: '',
    on: on as Record<Occasion, boolean>,
  };
}

/** The ways whose address can not be one; the server has the last word. */
export function wrongIn(form: AlertForm): readonly Way[] {
  const wrong: Way[] = [];
  if (form.use.mail && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(form.to.trim())) wrong.push('mail');
  if (form.use.webhook && !isWebAddress(form.webhook)) wrong.push('webhook');
  if (form.use.ntfy && !isWebAddress(form.ntfy)) wrong.push('ntfy');
  return wrong;
}

export function wishOf(form: AlertForm): AlertsWish {
  const { use } = form;
  const optional = <Name extends string>(name: Name, value: string) =>
    value === '' ? {} : ({ [name]: value } as Record<Name, string>);
  return {
    mail: use.mail ? { to: form.to.trim() } : null,
    webhook: use.webhook ? { url: form.webhook.trim(), ...optional('secret', form.secret) } : null,
    ntfy: use.ntfy ? { url: form.ntfy.trim(), ...optional('token', form.token) } : null,
    on: OCCASIONS.filter((occasion) => form.on[occasion]),
  };
}

function isWebAddress(text: string): boolean {
  try {
    return /^https?:$/.test(new URL(text.trim()).protocol);
  } catch {
    return false;
  }
}
