/** What came of a test, and of a wish the server did not take, in words. */
import type { Way } from '../api/alerts.ts';
import { Problem } from '../api/problem.ts';
import { settings } from '../text/en.ts';
import type { OwnAlerts } from './alerts.svelte.ts';

const words = settings.alerts;

/** Whether it went out, and what to say about it. */
export async function testWords(alerts: OwnAlerts, way: Way): Promise<[boolean, string]> {
  try {
    await alerts.test(way);
    return [true, words.tested(words.by[way])];
  } catch (error) {
    const failed = error instanceof Problem && error.type === 'alert-failed';
    return [false, failed ? words.testFailed(error.detail ?? '').trim() : words.testAway];
  }
}

/** Which field the server does not take, and why, in its own words. */
export function refusalWords(error: unknown): string {
  const told = error instanceof Problem && error.type === 'alert-malformed' ? error.detail : null;
  if (told === null) return settings.failed;
  const [, field = '', why = told] = /^([a-z.]+) (.*)$/s.exec(told) ?? [];
  return words.refused(Object.hasOwn(words.fields, field) ? words.fields[field] : undefined, why);
}
