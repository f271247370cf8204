/**
 * A sign for someone who looks elsewhere: a notification of the browser, two quiet notes. Neither carries a
 * name, a label or anything that was sent, since others may see and hear it.
 */
import { notice as words } from '../text/en.ts';
import type { DeskSettings } from './settings.ts';
import type { News } from './news.ts';

/** What this browser lets a page do: `ask` while nobody was asked yet. */
export type Permission = 'granted' | 'ask' | 'refused' | 'unable';

export function permission(): Permission {
  if (typeof Notification !== 'function') return 'unable';
  if (Notification.permission === 'default') return 'ask';
  return Notification.permission === 'granted' ? 'granted' : 'refused';
}

/** Asks, which browsers allow only right after a tap; then shows a first one, which some phones can not. */
export async function askPermission(): Promise<Permission> {
  if (permission() === 'unable') return 'unable';
  await Notification.requestPermission();
  const given = permission();
  return given === 'granted' && !notify(words.first) ? 'unable' : given;
}

/** Someone who is looking at the desk needs no notification, but hears what they asked for. */
export function give({ arrived, ending }: News, wanted: Pick<DeskSettings, 'notify' | 'sound'>): void {
  if (!arrived && !ending) return;
  const away = document.visibilityState === 'hidden' || !document.hasFocus();
  if (wanted.notify && away && permission() === 'granted') {
    notify(arrived ? words.arrived : words.ending);
  }
  if (wanted.sound) void chime().catch(() => undefined);
}

function notify(title: string): boolean {
  try {
    const shown = new Notification(title, { body: words.body, tag: 'dewdrop', icon: iconAddress() });
    shown.onclick = () => {
      window.focus();
      shown.close();
    };
    return true;
  } catch {
    return false;
  }
}

const iconAddress = (): string =>
  document.querySelector<HTMLLinkElement>('link[rel=apple-touch-icon]')?.href ?? '';

const NOTES = [
  { pitch: 587.33, after: 0 },
  { pitch: 880, after: 0.16 },
] as const;
const LOUD = 0.08;
const RINGS = 0.9;
let speaker: AudioContext | null = null;

/** Two notes. Where the browser waits for a tap before any sound, none is played. */
export async function chime(): Promise<void> {
  speaker ??= new AudioContext();
  if (speaker.state === 'suspended') await speaker.resume();
  for (const { pitch, after } of NOTES) {
    const begin = speaker.currentTime + after;
    const [note, volume] = [speaker.createOscillator(), speaker.createGain()];
    note.frequency.value = pitch;
    volume.gain.setValueAtTime(0, begin);
    volume.gain.linearRampToValueAtTime(LOUD, begin + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.0001, begin + RINGS);
    note.connect(volume).connect(speaker.destination);
    note.start(begin);
    note.stop(begin + RINGS);
  }
}
