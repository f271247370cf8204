/**
 * What the trainer has set at the desk, sealed in the vault so that it follows them to every browser.
 * Settings of a later version are kept as they are; one that is not what it should be counts as unset.
 */
import type { VaultSettings } from '../transfer/desk.ts';

export interface DeskSettings {
  /** Show a notification when something arrives or is about to go unsaved. */
  readonly notify: boolean;
  /** Play two notes then. */
  readonly sound: boolean;
  /** The trainer's own words for SMS and mail, by id of the template. */
  readonly drafts: Readonly<Record<string, string>>;
}

export const UNSET: DeskSettings = { notify: false, sound: false, drafts: {} };

const MOST_WORDS = 2000;

export function settingsIn(vault: VaultSettings): DeskSettings {
  return {
    notify: vault['notify'] === true,
    sound: vault['sound'] === true,
    drafts: draftsIn(vault['drafts']),
  };
}

export function withSettings(vault: VaultSettings, change: Partial<DeskSettings>): VaultSettings {
  return { ...vault, ...change };
}

function draftsIn(value: unknown): Record<string, string> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return {};
  const texts = Object.entries(value).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string' && entry[1].length <= MOST_WORDS,
  );
  return Object.fromEntries(texts);
}
