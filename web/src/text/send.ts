/** Every word on the pages of someone who sends. Names arrive isolated, see `ui/shown.ts`. */
import { first } from './first.ts';

const ranged = (least: number | undefined, most: number | undefined, unit: string) => {
  const said = (value: number) => (unit === '' ? String(value) : `${value} ${unit}`);
  if (least !== undefined && most !== undefined) return `From ${said(least)} to ${said(most)}.`;
  if (least !== undefined) return `At least ${said(least)}.`;
  return most === undefined ? '' : `At most ${said(most)}.`;
};

const complaints = {
  missing: 'This one is needed before it can be sent.',
  'too-long': 'That is longer than there is room for. Shorten it a little.',
  'no-number': 'A number is needed here, such as 72 or 72.5.',
  'no-choice': 'Choose one of these.',
  'no-day': 'That is not a whole date yet: day, month and year are needed.',
  'no-file': 'This one is needed before it can be sent.',
  'lost-file':
    'Please pick it again. The page was reloaded, and a phone does not let it keep what was picked.',
};
type Wrong = keyof typeof complaints | 'too-small' | 'too-large';

// A spread would count as something done, and carry all of this into the first screen's script.
export const send = /* @__PURE__ */ Object.assign({}, first, {
  /** The whole link, to be taken elsewhere. */
  link: {
    copy: 'Copy the link',
    copied: 'Copied',
    byHand: 'Your browser does not allow copying. This is the link, up to its last letter:',
  },

  inside: {
    title: (app: string) => (app ? `You are inside ${app}` : 'You are inside another app'),
    works: 'You can send from here, as long as this page stays open.',
    out: 'Use your own browser instead',
    why: 'Your own browser goes on where it stopped when the phone locks or a call comes in. This app may not.',
    open: 'Open in your browser',
    otherwise: 'If nothing happens, copy the link and paste it into your browser.',
    menu: 'Open the menu of this window, often three dots or a compass, and choose “Open in browser”. Or copy the link and paste it into your browser.',
  },

  answer: {
    count: (number: number, of: number) => `Question ${number} of ${of}`,
    optional: 'You may leave this one out.',
    yes: 'Yes',
    no: 'No',
    number: 'A number',
    limits: ranged,
    several: 'Choose all that fit.',
    search: (of: number) => `Search ${of} answers`,
    chosen: (texts: string) => (texts === '' ? 'Nothing chosen yet.' : `Chosen: ${texts}`),
    found: (count: number) => (count === 0 ? 'Nothing like that in the list.' : `${count} found`),
    end: (number: number, text: string) => (text === '' ? String(number) : `${number} is ${text}`),
    photograph: 'Take a picture',
    chooseFile: 'Choose a file',
    preparing: 'Your phone is preparing it…',
    withoutFile: 'Go on without it',
    next: 'Next',
    skip: 'Skip',
    save: 'Done',
    complaint: (why: Wrong, least: number | undefined, most: number | undefined, unit: string) => {
      if (why === 'too-small' || why === 'too-large')
        return `That is outside of what is asked. ${ranged(least, most, unit)}`;
      return complaints[why];
    },
  },

  film: {
    headline: 'Now the video',
    picture: 'A phone leans upright at hip height, a few steps away, and sees the whole body from the side.',
    hint: 'Lean the phone upright at hip height, a few steps away, so that it sees all of you.',
    room: (most: number, size: string) =>
      most === 1 ? `One file, up to ${size}.` : `Up to ${most} files, ${size} in all.`,
    film: 'Film now',
    choose: 'Choose a video',
    without: 'Go on without a video',
    preparing: 'Your phone is preparing the video…',
    preparingHow: 'A long one can take a minute. Nothing has been sent yet.',
    again: 'Please pick the video again. Your answers are still here.',
    againOnly:
      'Please pick the video again. The page was reloaded, and a phone does not let it keep the film.',
    next: 'Next',
    another: 'Choose another',
    tooMany: (most: number) =>
      most === 1
        ? 'This link takes one file. Remove the others.'
        : `This link takes ${most} files. Remove some of them.`,
    tooLarge: (size: string, most: string) =>
      `That is ${size} in all, and this link takes ${most}. Choose a shorter video or remove one.`,
    empty: (name: string) => `“${name}” is empty. Pick it again or choose another.`,
  },

  check: {
    headline: 'Check, then send',
    video: 'Video',
    image: 'Picture',
    file: 'File',
    remove: 'Remove',
    removeNamed: (name: string) => `Remove ${name}`,
    add: 'Add another',
    pickOne: 'Add a video',
    answers: 'Your answers',
    edit: 'Edit',
    editNamed: (question: string) => `Edit: ${question}`,
    unanswered: 'Left out',
    section: 'These belong together:',
    name: 'Your name',
    nameHint: (from: string) => `So that ${from} knows whom it is from. You may leave it out.`,
    consent: 'Do you agree?',
    consentMissing: 'Tick this to send.',
    promise: (readers: string, time: string) => [
      `Only ${readers} can open it.`,
      `Gone ${time} after it arrives.`,
    ],
    send: 'Send',
    sendSize: (size: string) => `Send ${size}`,
  },

  sending: {
    headline: 'Sending',
    preparing: 'Locking it on your phone…',
    sending: 'Locked on your phone, on its way',
    finishing: 'All there. Waiting for the server to confirm…',
    paused: 'Paused',
    pausedAt: (percent: string) => `Paused at ${percent}. Nothing is lost.`,
    dropped: (percent: string) =>
      `The connection dropped at ${percent}. Nothing is lost; it goes on by itself.`,
    offline: (percent: string) =>
      `Your phone is offline at ${percent}. Nothing is lost; it goes on by itself when it is back.`,
    keepOpen: 'Keep this page open until it has arrived.',
    awake: 'The screen stays on by itself.',
    progress: 'Sent so far',
    file: (number: number) => `File ${number}`,
    fileDone: 'sent',
    fileWaiting: 'waiting',
    pause: 'Pause',
    resume: 'Go on',
    cancel: 'Cancel',
    cancelTitle: 'Stop sending?',
    cancelText: 'What has been sent so far is erased. Your answers stay on this page.',
    cancelYes: 'Stop and erase',
    cancelNo: 'Keep sending',
    cancelling: 'Erasing what was sent…',
  },

  arrived: {
    headline: 'It has arrived.',
    only: (readers: string) => `Only ${readers} can open it.`,
    gone: (when: string) => `Gone ${when}.`,
    receipt: 'Your receipt',
    receiptText: 'It shows when it was opened, and lets you erase it sooner. Keep the link to yourself.',
    share: 'Share the receipt with yourself',
    copy: 'Copy the receipt link',
    copied: 'Copied.',
    copyFailed: 'Your browser does not allow copying. Open the receipt and keep its address.',
    open: 'Open the receipt',
    shareTitle: 'My receipt',
    closing: 'You can close this page.',
    spent: 'The link you were given is used up now.',
  },
});
