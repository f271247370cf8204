/**
 * What is worth a sign: something arrived, or something that is not saved came near its end. Each is told
 * once; what was there at the first look is no news. Pure: the lists and `now` are arguments.
 */
import { isUrgent, type Received } from './lists.ts';

export interface Seen {
  readonly there: ReadonlySet<string>;
  readonly warned: ReadonlySet<string>;
}

export interface News {
  readonly arrived: boolean;
  readonly ending: boolean;
}

export function look(
  before: Seen | null,
  rows: readonly Received[],
  now: number,
): { seen: Seen; news: News } {
  const urgent = rows.filter((row) => isUrgent(row, now));
  const seen = {
    there: new Set(rows.map(({ id }) => id)),
    warned: new Set([...(before?.warned ?? []), ...urgent.map(({ id }) => id)]),
  };
  const news = {
    arrived: before !== null && rows.some(({ id, asked }) => !asked && !before.there.has(id)),
    ending: before !== null && urgent.some(({ id }) => !before.warned.has(id)),
  };
  return { seen, news };
}
