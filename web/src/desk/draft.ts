/** The message that goes with a link, and the addresses that open it in the phone's or computer's own programs. */
import { drafts as words } from '../text/en.ts';

export const MOST_WORDS = 1000;

/** The trainer's own words for this template, or the ones it comes with. */
export function wordsFor(template: string, own: Readonly<Record<string, string>>, from: string): string {
  const kept = Object.hasOwn(own, template) ? own[template] : undefined;
  if (kept !== undefined) return kept;
  return (Object.hasOwn(words.words, template) ? words.words[template] : words.words.other)?.(from) ?? '';
}

/** Paragraphs, the link on a line of its own so that every program makes it one to tap. */
export function messageOf(said: string, tail: string, url: string): string {
  return [said.trim(), tail, url].filter(Boolean).join('\n\n');
}

/** `?&` is what iPhones and Androids both take for a text without a number. */
export function smsAddress(message: string): string {
  return `sms:?&body=${encodeURIComponent(message)}`;
}

export function mailAddress(subject: string, message: string): string {
  const body = encodeURIComponent(message.replaceAll('\n', '\r\n'));
  return `mailto:?subject=${encodeURIComponent(subject)}&body=${body}`;
}
