/** How the server tells the trainer that something happened: by mail, webhook or ntfy. By session cookie. */
import { ask } from './http.ts';

export const OCCASIONS = ['arrived', 'unsaved', 'unused'] as const;
export type Occasion = (typeof OCCASIONS)[number];

export const WAYS = ['mail', 'webhook', 'ntfy'] as const;
export type Way = (typeof WAYS)[number];

/** How one way does. Instants in seconds. */
export interface WayState {
  readonly way: Way;
  readonly waiting: number;
  readonly sent_at: number | null;
  readonly failing_since: number | null;
  /** A plain sentence. */
  readonly problem: string | null;
}

/** `GET /api/alerts`. Secrets are never sent back. */
export interface Alerts {
  /** Whether this server has a mail server to hand mail to. */
  readonly mail_possible: boolean;
  readonly mail: { readonly to: string } | null;
  readonly webhook: { readonly url: string; readonly signed: boolean } | null;
  readonly ntfy: { readonly url: string } | null;
  readonly on: readonly Occasion[];
  readonly state: readonly WayState[];
}

/** `PUT /api/alerts`: a secret that is left out stays as it was. */
export interface AlertsWish {
  readonly mail: { readonly to: string } | null;
  readonly webhook: { readonly url: string; readonly secret?: string } | null;
  readonly ntfy: { readonly url: string; readonly token?: string } | null;
  readonly on: readonly Occasion[];
}

export function getAlerts(): Promise<Alerts> {
  return ask({ method: 'GET', path: '/api/alerts' });
}

/** Throws Problem `alert-malformed`, whose detail says which field and why. */
export function putAlerts(wish: AlertsWish): Promise<Alerts> {
  return ask({ method: 'PUT', path: '/api/alerts', json: wish });
}

/** Throws Problem `alert-failed`, whose detail is a plain sentence. */
export async function testAlert(way: Way): Promise<void> {
  await ask({ method: 'POST', path: '/api/alerts/test', json: { way } });
}
