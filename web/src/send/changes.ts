/** Why the files of a delivery on its way stay as they are. */
import { SendingError } from '../transfer/sending.ts';
import type { Unfit } from './picked.ts';

export type Unchanged = Unfit['why'] | 'too-late' | 'no-room' | 'unreadable' | 'not-now';

export function unchangedBy(error: unknown): Unchanged {
  if (!(error instanceof SendingError)) return 'not-now';
  switch (error.reason) {
    case 'too-late':
    case 'too-large':
      return error.reason;
    case 'too-many-files':
      return 'too-many';
    case 'disk-full':
    case 'link-busy':
      return 'no-room';
    case 'file-unreadable':
    case 'file-changed':
      return 'unreadable';
    default:
      return 'not-now';
  }
}
