/**
 * What is said where sending can not go on: what happened, what is safe, what to do. Keyed by the names
 * that `send/stop.ts` decides on.
 */
export interface StopWords {
  readonly title: string;
  readonly lines: readonly string[];
}

const askAgain = 'Ask the person who sent it to you for a new one; it takes them ten seconds.';

export const stops = {
  retry: 'Try again',
  receipt: 'Open the receipt',
  pick: 'Pick it again',
  back: 'Back to the check',
  anew: 'Start anew',
  look: 'Look at your answers',
  address: 'This page is at',

  paste: {
    label: 'Or paste the link here',
    open: 'Open it',
    missing: 'Paste the link from the message first.',
    broken: 'That is not a whole link. Copy it once more, up to its last letter.',
  },

  missing: {
    title: 'A link is missing here',
    lines: [
      'This page opens with the whole link somebody sent you, up to its last letter.',
      'Go back to the message and tap the link there.',
      'If you came from inside another app or browser: go back to it and choose “Copy the link” there. The address alone is not enough.',
    ],
  },
  'cut-off': {
    title: 'The end of this link is missing',
    lines: [
      'It was cut off on its way, as some messengers and mail programs do.',
      'Go back to the message and copy the whole of it, up to the last letter, or ask for it once more.',
    ],
  },
  malformed: {
    title: 'This link got mixed up on its way',
    lines: [
      'Some of its letters are not the ones that were sent, so it opens nothing.',
      'Go back to the message and tap or copy it again, or ask for it once more.',
    ],
  },
  'wrong-fingerprint': {
    title: 'Something is wrong here. Nothing was sent.',
    lines: [
      'The key that this server offers is not the one your link names. Somebody could be trying to read along.',
      'Do not go on. Tell the person who sent you the link, by phone if you can.',
    ],
  },
  altered: {
    title: 'Something is wrong here. Nothing was sent.',
    lines: [
      'The invitation behind this link was changed after it was written, or belongs to another link.',
      'Do not go on. Tell the person who sent you the link, by phone if you can.',
    ],
  },
  'limits-differ': {
    title: 'Something is wrong here. Nothing was sent.',
    lines: [
      'The server names other limits than the invitation, for how long things are kept or how large they may be.',
      'Do not go on. Tell the person who sent you the link.',
    ],
  },
  unknown: {
    title: 'Nothing is behind this link',
    lines: [
      'It may be very old, or a letter of it may have changed on its way.',
      `Go back to the message and tap it again. ${askAgain}`,
    ],
  },
  expired: (when: string) => ({
    title: 'This link is over',
    lines: [
      when ? `It was open for a limited time, which ended ${when}.` : 'It was open for a limited time.',
      askAgain,
    ],
  }),
  closed: (when: string) => ({
    title: 'This link was closed',
    lines: [
      when ? `The person who made it closed it ${when}.` : 'The person who made it has closed it.',
      `If that surprises you: ${lower(askAgain)}`,
    ],
  }),
  spent: (when: string) => ({
    title: 'This link was already used',
    lines: [
      when ? `Something arrived through it ${when}, and it works only once.` : 'It works only once.',
      `If that was you, your receipt is on the phone that sent it. Otherwise: ${lower(askAgain)}`,
    ],
  }),
  'spent-here': (when: string) => ({
    title: 'You already sent this',
    lines: [
      when ? `It arrived ${when}.` : 'It has arrived.',
      'Your receipt shows whether it was opened, and lets you erase it.',
      `To send something else: ${lower(askAgain)}`,
    ],
  }),
  'spent-meanwhile': (when: string) => ({
    title: 'This link was used by somebody else',
    lines: [
      when
        ? `Something else arrived through it ${when}, and it works only once.`
        : 'It works only once, and something else arrived first.',
      `Nothing of yours was delivered. What you had sent so far is erased. ${askAgain}`,
    ],
  }),
  'closed-meanwhile': (when: string) => ({
    title: 'This link was closed meanwhile',
    lines: [
      when ? `The person who made it closed it ${when}.` : 'The person who made it has closed it.',
      'Nothing was delivered. What you had sent so far is erased.',
      `If that surprises you: ${lower(askAgain)}`,
    ],
  }),
  'expired-meanwhile': (when: string) => ({
    title: 'This link ended too soon',
    lines: [
      when ? `It was open for a limited time, which ended ${when}.` : 'It was open for a limited time.',
      `Nothing was delivered. What had been sent before is erased. ${askAgain}`,
    ],
  }),
  erased: {
    title: 'This is gone',
    lines: ['This link and what came through it were erased.', askAgain],
  },
  'erased-meanwhile': {
    title: 'This is gone',
    lines: [
      'The person who made this link erased it, and what you had sent so far with it. Nothing was delivered.',
      askAgain,
    ],
  },
  lapsed: {
    title: 'This waited too long',
    lines: [
      'What had been sent was erased after a day in which nothing more came. Nothing was delivered.',
      'The link still works: pick it again and send it anew.',
    ],
  },
  'taken-back': {
    title: 'It is erased',
    lines: [
      'Nothing was delivered. What had been sent so far is erased, and what waited on this device too.',
    ],
  },
  insecure: {
    title: 'This page can not lock anything here',
    lines: [
      'The address has to begin with https, or your browser takes away what is needed to lock your video.',
      'Nothing was sent. Ask the person who sent you the link for the right address.',
    ],
  },
  'old-browser': {
    title: 'This browser is too old for this',
    lines: [
      'It lacks what is needed to lock your video before it leaves your phone. Nothing was sent.',
      'Open the link in another browser, or update this one.',
    ],
  },
  offline: {
    title: 'You are offline',
    lines: ['Your phone has no connection right now. The link is kept; nothing is lost.'],
  },
  server: {
    title: 'The server does not answer as it should',
    lines: ['Nothing is lost, and the link is not used up. Try again in a minute.'],
  },
  'disk-full': {
    title: 'The server has no room for this right now',
    lines: [
      'Not one byte of it has left your phone. Your answers and your video are still on this page.',
      'Try again later, or tell the person who asked you.',
    ],
  },
  'too-large': {
    title: 'This is larger than the server takes',
    lines: [
      'Not one byte of it has left your phone. Your answers are still on this page.',
      'Choose a shorter video.',
    ],
  },
  'link-busy': {
    title: 'Others are sending through this link right now',
    lines: [
      'There is room again as soon as they are through, in ten minutes at the latest. Nothing is lost.',
      'Keep this page open and try again.',
    ],
  },
  'file-unreadable': (name: string) => ({
    title: 'Your phone no longer hands out the video',
    lines: [
      name
        ? `“${name}” could not be read; some phones do this to a video picked a while ago.`
        : 'It could not be read.',
      'Nothing was delivered, and your answers are still here. Pick it again and send it.',
    ],
  }),
  'file-changed': (name: string) => ({
    title: 'The video changed while it was being sent',
    lines: [
      name
        ? `“${name}” is no longer the file you picked. What was sent of it is worth nothing.`
        : 'It is no longer the file you picked.',
      'Nothing was delivered, and your answers are still here. Pick it again and send it.',
    ],
  }),
  'not-kept': {
    title: 'This device did not keep it',
    lines: [
      'It was locked and kept here to go on later, but the device took back the room, or something in it broke.',
      'Nothing was delivered. Pick it again: it is locked anew, with a new key, and sent.',
    ],
  },
  refused: {
    title: 'The server refused this',
    lines: [
      'It answered in a way that this page does not know. Nothing was delivered; your answers are still on this page.',
      'Try again. If it stays so, tell the person who asked you.',
    ],
  },
} as const;

function lower(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
