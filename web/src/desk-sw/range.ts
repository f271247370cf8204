/** What a player asks for by its Range header (RFC 9110, section 14). */

/** Plaintext bytes, both included. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** A player that asks for all the rest is given so much, and asks again. */
const PIECE = 1024 * 1024;

/** Bytes of one answer at most. WebKit takes the end of a shorter answer for the end of the film. */
export function mostOf(userAgent: string): number {
  const webkit = userAgent.includes('AppleWebKit/') && !/Chrom(e|ium)\//.test(userAgent);
  return webkit ? Infinity : PIECE;
}

/**
 * `whole` without a header, or with one that says nothing that is understood here; `none` when nothing of the
 * file is in the range.
 */
export function spanOf(header: string | null, size: number, most: number): Span | 'whole' | 'none' {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '') ?? [];
  if (first === '' && last === '') return 'whole';
  const bounded = (from: number, to: number): Span => ({ from, to: Math.min(to, from + most - 1) });
  if (first === '')
    return size > 0 && Number(last) > 0 ? bounded(Math.max(0, size - Number(last)), size - 1) : 'none';
  const from = Number(first);
  if (last !== '' && Number(last) < from) return 'whole';
  if (from >= size) return 'none';
  return bounded(from, last === '' ? size - 1 : Math.min(Number(last), size - 1));
}
