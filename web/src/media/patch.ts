/** What takes the place of bytes of a file: the same number of them, so that every offset stays true. */

/** `transfer/source.ts` lays them over what it reads. */
export interface Patch {
  readonly at: number;
  readonly bytes: Uint8Array;
}

/** One piece of nothing that patches share: a film's places can be many megabytes. */
const ZEROS = new Uint8Array(1024 * 1024);

/** Nothing, over so many bytes. */
export function* zeros(at: number, length: number): Generator<Patch> {
  for (let done = 0; done < length; done += ZEROS.length) {
    yield { at: at + done, bytes: ZEROS.subarray(0, Math.min(ZEROS.length, length - done)) };
  }
}

/** Where two texts of the same length differ. `at` is where they begin in the file. */
export function* differences(at: number, before: Uint8Array, after: Uint8Array): Generator<Patch> {
  let from = -1;
  for (let i = 0; i <= after.length; i++) {
    const same = i === after.length || before[i] === after[i];
    if (!same && from < 0) from = i;
    if (same && from >= 0) {
      yield { at: at + from, bytes: after.slice(from, i) };
      from = -1;
    }
  }
}

/** Sorted; of two that overlap the first stands and the other keeps what is left of it. */
export function inOrder(patches: readonly Patch[]): Patch[] {
  const sorted = [...patches].sort((a, b) => a.at - b.at);
  const ordered: Patch[] = [];
  let end = 0;
  for (const { at, bytes } of sorted) {
    const covered = Math.max(0, end - at);
    if (covered >= bytes.length) continue;
    ordered.push({ at: at + covered, bytes: bytes.subarray(covered) });
    end = at + bytes.length;
  }
  return ordered;
}
