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
    'Please pick it again. A phone does not let a page keep what was picked before it is all locked.',
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
    wish: (length: string) => `Up to ${length} is enough.`,
    room: (most: number, size: string) =>
      most === 1 ? `One file, up to ${size}.` : `Up to ${most} files, ${size} in all.`,
    film: 'Film now',
    choose: 'Choose a video',
    without: 'Go on without a video',
    preparing: 'Your phone is preparing the video…',
    preparingHow: 'A long one can take a minute. Nothing has been sent yet.',
    again: 'Please pick the video again. Your answers are still here.',
    againOnly: 'Please pick the video again.',
    againHow:
      'The page was closed before all of it was locked and kept, and a phone does not let a page hold on to what was picked. It is locked anew, with a new key.',
    againWas: (name: string, size: string) => `It was ${name}, ${size}.`,
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
    picture: 'Picture',
    other: 'File',
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
    hevc: 'Some computers can not play this kind of video. It can always be saved.',
    long: (length: string, most: string) =>
      `It is ${length} long; up to ${most} was asked for. You can send it all the same.`,
    place: (video: boolean) =>
      video ? 'This video says where it was filmed.' : 'This picture says where it was taken.',
    placeGoes: 'That is removed before it is sent.',
    placeGoesPartly: 'Most of that is removed before it is sent, not all of it.',
    placeStays: 'That is sent with it.',
    placeKeep: 'Keep it in',
    placeRemove: 'Remove it',
    cover: 'Cover a face',
    coverNamed: (name: string) => `Cover a face in ${name}`,
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
    server: (percent: string) =>
      `The server does not answer as it should, at ${percent}. Nothing is lost; it goes on by itself.`,
    disk: (percent: string) =>
      `The server has no room for the rest right now, at ${percent}. Nothing is lost; it goes on by itself when there is room.`,
    busy: 'Others are sending through this link right now. Nothing is lost; it goes on by itself, in ten minutes at the latest.',
    yet: 'Keep this page open until all of it is locked and kept here.',
    keptSoFar: (percent: string) => `${percent} kept`,
    safe: 'You may leave now, and go on later.',
    safeHow:
      'It goes on while this page is open. If you close it, it waits on this device until you open the link again.',
    safePaused: 'It waits on this device until you go on, here or from the link.',
    open: 'Keep this page open until it has arrived. This browser can not keep it for later.',
    lost: 'Keep this page open until it has arrived. This device took back the room it was kept in; nothing is lost.',
    passed: {
      0: '',
      25: 'A quarter is there.',
      50: 'Half is there.',
      75: 'Three quarters are there.',
      95: 'Nearly there.',
    },
    progress: 'Sent so far',
    fileDone: 'sent',
    fileWaiting: 'waiting',
    pause: 'Pause',
    resume: 'Go on',
    cancel: 'Cancel',
    cancelTitle: 'Stop sending?',
    cancelText: 'What has been sent so far is erased. Your answers stay on this page.',
    cancelLater: 'To go on later, close this page instead: nothing is erased then.',
    cancelYes: 'Stop and erase',
    cancelNo: 'Keep sending',
    cancelling: 'Erasing what was sent…',
    changing: 'One moment…',
    removeTitle: 'Take this one out?',
    removeText: (name: string) => `What was sent of ${name} is erased. The rest goes on.`,
    removeYes: 'Take it out',
    removeNo: 'Leave it in',
    unchanged: {
      'too-late': 'It is just arriving: nothing can be changed any more.',
      'too-many': 'This link takes no more files.',
      'too-large': 'That is more than this link takes.',
      empty: 'That one is empty.',
      'no-room': 'The server has no room for it right now. The rest goes on.',
      unreadable: 'Your phone does not hand it out. Pick it again.',
      'not-now': 'That did not work. The rest goes on.',
    },
  },

  arrived: {
    headline: 'It has arrived.',
    only: (readers: string) => `Only ${readers || first.asker} can open it.`,
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
