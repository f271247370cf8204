/**
 * What was picked, and why it may not be sent: known before the first byte leaves, by the limits of the
 * invitation, which count sealed bytes.
 */
import type { Invitation } from '../sealed/invitation.ts';
import { NONCE, sealedSize } from '../sealed/ranges.ts';

/** Header with one X25519 stanza, as this page seals, and the payload's nonce. */
const START = 168 + NONCE;

export interface Picked {
  /** Of this page only; for keyed lists. */
  readonly key: number;
  readonly file: File;
  /** Id of the file question it was given to. */
  readonly question: string | null;
}

export type Unfit =
  | { readonly why: 'too-many'; readonly most: number }
  | { readonly why: 'too-large'; readonly bytes: number; readonly most: number }
  | { readonly why: 'empty'; readonly name: string };

type Sized = { readonly file: Pick<File, 'name' | 'size'> };
type Limits = Pick<Invitation, 'max_files' | 'max_bytes'>;

export const sizeOf = (files: readonly Picked[]): number =>
  files.reduce((sum, { file }) => sum + file.size, 0);

/** The first reason not to send these; null when they may be sent. */
export function unfit(files: readonly Sized[], limits: Limits): Unfit | null {
  const empty = files.find(({ file }) => file.size === 0);
  if (empty) return { why: 'empty', name: empty.file.name };
  if (files.length > limits.max_files) return { why: 'too-many', most: limits.max_files };
  const bytes = files.reduce((sum, { file }) => sum + sealedSize(START, file.size), 0);
  if (bytes > limits.max_bytes) return { why: 'too-large', bytes, most: limits.max_bytes };
  return null;
}

/**
 * Adds what was picked now; the same file picked twice stays once. A link for one file replaces it, and so
 * does whatever is picked instead of an empty one.
 */
export function added(
  files: readonly Picked[],
  chosen: readonly File[],
  limits: Limits,
  key: number,
): Picked[] {
  const replaces = limits.max_files === 1 && chosen.length > 0;
  const before = replaces ? [] : files.filter(({ file }) => chosen.length === 0 || file.size > 0);
  const fresh = chosen.filter((file) => !before.some((other) => same(other.file, file)));
  return [...before, ...fresh.map((file, i) => ({ key: key + i, file, question: null }))];
}

/** Gives a file to a question, instead of the one it had. */
export function given(files: readonly Picked[], question: string, file: File, key: number): Picked[] {
  return [...files.filter((picked) => picked.question !== question), { key, file, question }];
}

/** Another file in the place of a picked one, such as the same picture with a face covered. */
export function replaced(files: readonly Picked[], of: number, file: File, key: number): Picked[] {
  return files.map((picked) => (picked.key === of ? { ...picked, key, file } : picked));
}

const same = (a: File, b: File) =>
  a.name === b.name && a.size === b.size && a.lastModified === b.lastModified && a.type === b.type;
