/** Bytes as people say them: decimal units, as phones show them, and no more digits than one reads. */
import { units } from '../text/units.ts';

const KB = 1000;
const MB = 1000 * KB;
const GB = 1000 * MB;

function digits(value: number): string {
  return value < 9.95 ? value.toFixed(1).replace(/\.0$/, '') : String(Math.round(value));
}

/** `65 MB`, `1.2 GB`; anything that is not nothing is at least `1 KB`. */
export function sizeWords(bytes: number): string {
  if (bytes >= 999.5 * MB) return units.gigabytes(digits(bytes / GB));
  if (bytes >= 999.5 * KB) return units.megabytes(digits(bytes / MB));
  return units.kilobytes(bytes <= 0 ? '0' : String(Math.max(1, Math.round(bytes / KB))));
}

/** `41 of 65 MB`: the unit once where both have the same. */
export function sizeOfWords(part: number, whole: number): string {
  const all = sizeWords(whole);
  const some = sizeWords(Math.min(part, whole));
  const [amount = '', unit = ''] = some.split(' ');
  return units.sizeOf(all.endsWith(` ${unit}`) ? amount : some, all);
}

export function speedWords(bytesPerSecond: number): string {
  return units.perSecond(sizeWords(bytesPerSecond));
}

/** Whole per cent, 100 only when there is nothing left to do. */
export function percentOf(part: number, whole: number): number {
  if (whole <= 0 || part >= whole) return 100;
  return Math.min(99, Math.max(0, Math.floor((part / whole) * 100)));
}
