/** Files on their way, and how it ends when it does not end well. */
import { SavingError, type SavingProgress } from '../transfer/desk.ts';

/** What is saved together has one progress: a file, by its number, or all. */
export type Key = number | 'all';

export type Trouble = 'dropped' | 'altered' | 'no-room' | 'stopped' | 'gone' | 'failed';

export interface InTrouble {
  is: 'trouble';
  trouble: Trouble;
}

export interface Moving extends SavingProgress {
  is: 'fetching';
  /** It would be watched at once, but this browser has to have all of it first. */
  whole: boolean;
}

export const BEGUN: Moving = {
  is: 'fetching',
  opened: 0,
  total: 0,
  paused: false,
  waiting: null,
  whole: false,
};

/** Null when it was ended on purpose. */
export function troubleOf(error: unknown): InTrouble | null {
  const trouble = (trouble: Trouble): InTrouble => ({ is: 'trouble', trouble });
  const reason = error instanceof SavingError ? error.reason : 'failed';
  switch (reason) {
    case 'cancelled':
    case 'locked':
      return null;
    case 'cut-off':
      return trouble('dropped');
    case 'erased':
      return trouble('gone');
    case 'altered':
    case 'no-room':
    case 'stopped':
      return trouble(reason);
    case 'not-opened':
    case 'failed':
      return trouble('failed');
  }
}
