/** The name one signs in with, and what is wrong with one that is chosen: it is stored as it is typed, or not at all. */
import { desk as words } from '../text/en.ts';
import { shownLine } from '../ui/shown.ts';

const LEAST = 3;

/** "" for a good one. */
export function nameTrouble(typed: string): string {
  const name = typed.trim();
  if (/\s/.test(name)) return words.setup.nameWrong.spaces;
  if (name !== name.toLowerCase()) return words.setup.nameWrong.capitals;
  const strange = new Set(name.replace(/[a-z0-9._@-]/g, ''));
  if (strange.size > 0) return words.setup.nameWrong.signs(shownLine([...strange].slice(0, 5).join(' ')));
  return name.length < LEAST ? words.setup.nameWrong.short : '';
}
