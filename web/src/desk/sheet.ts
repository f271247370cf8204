/** The recovery sheet on paper and back: groups that an eye can follow, and what someone types from it. */

const IDENTITY = /AGE-SECRET-KEY-1[02-9AC-HJ-NP-Z]{58}/;
const GROUP = 8;
const LAST = 4;

/** For reading only: the QR and the file hold the line whole. */
export function inGroups(identity: string): string[] {
  const [, prefix = '', rest = identity] = /^(AGE-SECRET-KEY-1)(.*)$/.exec(identity) ?? [];
  const groups = rest.match(new RegExp(`.{1,${GROUP}}`, 'g')) ?? [];
  return [prefix, ...groups].filter((group) => group !== '');
}

/** The last four characters, or more of its end, in any case and spacing. */
export function confirmsSheet(typed: string, identity: string): boolean {
  const plain = typed.replace(/\s/g, '').toUpperCase();
  return plain.length >= LAST && identity.toUpperCase().endsWith(plain);
}

/** The key in a sheet that was typed, scanned or pasted whole; null when there is none. */
export function identityIn(text: string): string | null {
  const bare = text.toUpperCase().replace(/\s/g, '');
  return IDENTITY.exec(bare)?.[0] ?? null;
}

/** The sign-in name that a pasted sheet states in its second line. */
export function nameIn(text: string): string | null {
  return /^# \S+ ([a-z0-9._@-]{3,64})\s*$/m.exec(text.replace(/^# dewdrop recovery.*$/m, ''))?.[1] ?? null;
}
