/** The names an invitation gives, as they stand inside a sentence. */
import type { Invitation } from '../sealed/invitation.ts';
import { first as words } from '../text/first.ts';
import { isolated, shownLine } from '../ui/shown.ts';

type Named = Pick<Invitation, 'from' | 'readers'>;

/** Who asks, not isolated: for a <bdi> of its own. */
export function fromName(invitation: Named): string {
  return shownLine(invitation.from) || words.someone;
}

/** The only one who can open what is sent; "" where there are several, or none is named. */
export function onlyReader(invitation: Named): string {
  const [only, ...others] = named(invitation);
  return only === undefined || others.length > 0 ? '' : isolated(only);
}

/** `Anna, Ben and Cleo`; who asks, where no reader is named. */
export function readerNames(invitation: Named): string {
  const names = named(invitation).map(isolated);
  const last = names.pop();
  if (last === undefined) return isolated(shownLine(invitation.from) || words.asker);
  return names.length === 0 ? last : words.and(names.join(', '), last);
}

function named({ readers }: Named): string[] {
  return readers.filter((name) => shownLine(name) !== '');
}
