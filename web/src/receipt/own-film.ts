/**
 * The video that a sender still holds, beside the reply. Which of the files it is follows from its size: the
 * server says how large each is sealed, and a header has between its least and its most bytes.
 */
import type { Receipt } from '../api/types.ts';
import { LONGEST_HEADER } from '../sealed/header.ts';
import { NONCE, sealedSize } from '../sealed/ranges.ts';

/** A header of one recipient, and no grease. */
const SHORTEST_HEADER = 168;

/** Numbers of the files, in the order in which they were sent. */
export function numbersOf({ files }: Pick<Receipt, 'files'>): readonly number[] {
  return Object.keys(files)
    .map(Number)
    .sort((a, b) => a - b);
}

/** The number of the only file that was as large as this; null when none was, or several. */
export function fileOfSize(size: number, { files }: Pick<Receipt, 'files'>): number | null {
  const [least, most] = [SHORTEST_HEADER, LONGEST_HEADER].map((head) => sealedSize(head + NONCE, size));
  const fits = Object.entries(files).filter(
    ([, sealed]) => sealed.size >= (least ?? 0) && sealed.size <= (most ?? 0),
  );
  return fits.length === 1 ? Number(fits[0]?.[0]) : null;
}
