/** Every word on the receipt page. Names arrive isolated. */
const part = (count: number, of: number) => (of === 1 ? '' : `, ${count} of ${of} files`);

export const receipt = {
  headline: {
    receiving: 'On its way',
    arrived: 'It has arrived.',
    opened: 'It was opened.',
    saved: 'It was opened and saved.',
    erasing: 'It is being erased.',
    erased: 'It is gone.',
  },
  /** Says more than what became of the video. `who` is "" where it is not known who of several it was. */
  headlineReplied: (who: string) => (who === '' ? 'You have a reply.' : `${who} replied.`),
  receiving: 'Not all of it has arrived yet. The phone that sends it has to keep its page open.',
  received: (size: string) => `${size} so far`,
  only: (readers: string) => `Only ${readers} can open it`,
  onlyUnnamed: 'Only the person who asked you for it can open it',
  onlyHow: [
    'Your phone locked everything before it left, and only they hold what unlocks it.',
    'The server that keeps it sees how large it is and when it came, never what it is.',
    'Even this receipt can not open it; it shows what became of it, and opens a reply to you.',
  ],
  goneHow: [
    'When the time is up, the server destroys the key and then the bytes, by itself.',
    'Nothing and nobody can bring it back after that, not even a backup of the bytes.',
    'A copy that was saved before stays with the person who saved it, as with any letter.',
  ],
  gone: (when: string, left: string) => `Gone ${when}, in ${left}`,

  arrived: 'Arrived',
  opened: 'Opened',
  saved: 'Saved',
  replied: 'Replied',
  erased: 'Erased',
  notYet: 'not yet',
  savedAt: (when: string, count: number, of: number) => `${when}${part(count, of)}`,

  erasedBy: {
    sender: 'You erased it.',
    reader: 'The person you sent it to erased it.',
    expiry: 'Its time was up, and the server destroyed it.',
    link: 'The link was used up or closed before all of it had arrived.',
    unknown: 'The server destroyed it.',
  },
  erasingText: 'Nobody can open it on the server any more. This page says when it is gone.',
  erasedText: 'The key and the bytes are destroyed on the server. Nobody can open it there any more.',
  erasedSaved: 'It had been saved before; that copy stays with the person who saved it.',

  erase: 'Erase now',
  eraseTitle: 'Erase it now?',
  eraseText: 'The server destroys the key and the bytes at once. This can not be taken back.',
  eraseSaved: 'It was saved already. That copy stays with the person who saved it.',
  eraseYes: 'Erase it',
  eraseNo: 'Keep it',
  erasing: 'Erasing…',
  eraseFailed: 'That did not get through. It is still there; try again.',

  reply: {
    title: 'A reply to you',
    written: (when: string) => `Written ${when}`,
    opening: 'The reply is being opened.',
    how: 'Only this receipt opens it. Only the person you sent to can have written it, as long as nobody else has this receipt.',
    troubles: {
      missing: 'The reply is not there any more.',
      refused:
        'There is a reply, and it is not shown: it is damaged, or someone else than the person you sent to wrote it.',
      unreachable: 'The reply could not be fetched. This page tries again by itself.',
    },
    erased: {
      sender: 'You erased the reply.',
      reader: 'The person who replied took the reply back.',
    },
    film: 'Show it beside your video',
    filmText: 'Pick the video you sent. It is played from this device and goes nowhere.',
    filmOther: 'Pick another file',
    filmUnlike: 'This file is not as large as one you sent. The notes may not fit it.',
    filmRefused: 'This browser can not show that file. The notes still say when.',
    yourFile: 'What you picked',
    ofFile: (n: number, count: number) => `File ${n} of ${count}`,
    drawing: 'with a drawing',
    playOn: 'Play from here',
    jump: (clock: string) => `Go to ${clock}`,
    voice: 'Voice note',
    video: 'Video note',
    partRefused: 'This browser can not play this note.',
    erase: 'Erase the reply',
    eraseTitle: 'Erase the reply?',
    eraseText: 'The server erases it at once, for both of you. What you sent stays as it is.',
    eraseNo: 'Keep it',
    erasing: 'Erasing…',
    eraseFailed: 'That did not get through. The reply is still there; try again.',
  },

  keep: 'Keep this receipt',
  keepText:
    'Whoever has its link can see what you see here, a reply too, and erase it, but never open what you sent.',
  share: 'Share with yourself',
  shareTitle: 'My receipt',
  copy: 'Copy the link',
  save: 'Save as a file',
  print: 'Print',
  fileName: 'receipt.txt',
  fileSaved: 'Saved among your downloads.',
  file: (link: string, gone: string) =>
    `My receipt\n\n${link}\n\nThis link shows whether what I sent was opened and saved, and can erase it. It can never open what I sent, only a reply to me.\nGone: ${gone}.\n`,
  copied: 'Copied.',
  copyFailed: 'Your browser does not allow copying. Keep the address of this page instead.',

  stale: (when: string) => `No connection. This is how it stood ${when}.`,

  stops: {
    retry: 'Try again',
    missing: {
      title: 'A receipt is missing here',
      lines: [
        'This page opens with the whole receipt link, up to its last letter.',
        'Copy it again from where you kept it.',
      ],
    },
    malformed: {
      title: 'This receipt link is not whole',
      lines: [
        'Letters of it are missing or changed, so it opens nothing.',
        'Copy it again from where you kept it, up to its last letter.',
      ],
    },
    unknown: {
      title: 'Nothing is known here any more',
      lines: [
        'Thirty days after something is erased, the server forgets that it ever was.',
        'If it is not that long ago, a letter of this link may have changed. Copy it again from where you kept it.',
      ],
    },
    offline: {
      title: 'You are offline',
      lines: ['Nothing happens to your receipt. This page goes on by itself when the connection is back.'],
    },
    server: {
      title: 'The server does not answer as it should',
      lines: ['That says nothing about what you sent. Try again in a minute.'],
    },
    insecure: {
      title: 'This page does not work at this address',
      lines: ['The address has to begin with https. Open your receipt there.'],
    },
  },
};
