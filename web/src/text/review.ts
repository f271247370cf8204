/** Words about notes and replies at the desk. Dates and spans arrive already as words. */
const count = (n: number, one: string, many: string): string => `${n} ${n === 1 ? one : many}`;

export const review = {
  title: 'Your notes',
  text: 'About all of it',
  textHint: 'What stands out, what to do next.',
  private: 'Only you can read it, and it is gone with what was sent.',
  loading: 'Fetching your notes',
  notLoaded: 'Your notes could not be opened just now.',
  refused: {
    title: 'These notes are not believed.',
    text: 'Someone altered them, or wrote them without your account. Nothing of them is shown or sent.',
    anew: 'Erase them and start anew',
    erasing: 'Erasing',
    failed: 'They were not erased. Try again.',
  },
  keeping: {
    kept: 'Kept.',
    'to-keep': 'Not kept yet.',
    keeping: 'Keeping it.',
    failed: 'No connection. It is kept as soon as there is one; leave this page open.',
    'no-room': 'The server has no room for this. Take a recording away, or erase what you have saved.',
    gone: 'What was sent is gone, and your notes with it.',
  },
  record: {
    audio: 'Record your voice',
    video: 'Film yourself',
    asking: {
      audio: 'Your browser asks whether it may use the microphone.',
      video: 'Your browser asks whether it may use camera and microphone.',
    },
    running: (time: string, most: string) => `${time} of ${most}`,
    keep: 'Keep it',
    drop: 'Throw away',
    own: 'What the camera sees',
    remove: 'Take away',
    removeWhich: (n: number) => `Take away recording ${n}`,
    named: { audio: (n: number) => `Voice note ${n}`, video: (n: number) => `Video note ${n}` },
    full: 'There is no room for another recording in one reply.',
    why: {
      'not-allowed': {
        audio:
          'The browser does not let this page use the microphone. Allow it beside the address, then try again.',
        video:
          'The browser does not let this page use camera and microphone. Allow it beside the address, then try again.',
      },
      'none-here': {
        audio: 'No microphone was found on this device.',
        video: 'No camera with a microphone was found on this device.',
      },
      taken: {
        audio: 'Another program is using the microphone. Close it, then try again.',
        video: 'Another program is using the camera. Close it, then try again.',
      },
      unable: {
        audio: 'This browser can not record sound. Write it, or use another browser.',
        video: 'This browser can not record films. Write it, or use another browser.',
      },
      empty: { audio: 'Nothing was recorded.', video: 'Nothing was recorded.' },
    },
  },
  reply: {
    title: (to: string) => (to ? `Reply to ${to}` : 'Reply'),
    what: (notes: number, recordings: number, text: boolean) => {
      const all = [
        ...(text ? ['your text'] : []),
        ...(notes > 0 ? [count(notes, 'note', 'notes')] : []),
        ...(recordings > 0 ? [count(recordings, 'recording', 'recordings')] : []),
      ];
      const last = all.pop() ?? '';
      return all.length > 0 ? `${all.join(', ')} and ${last}` : last;
    },
    goes: (what: string) => `Sends ${what}. Only the person who sent you this can open it.`,
    nothing: 'Write or record something first. Notes beside a film go with it.',
    send: 'Send the reply',
    sendAgain: 'Send it as it is now',
    sending: 'Sending',
    sent: (when: string) => `Sent ${when}. It stands on their receipt page.`,
    until: (when: string) => `Gone ${when}, with everything else.`,
    erased: (when: string) => `The sender erased your reply ${when}. You can send another.`,
    newer: 'You changed something since. They still see what you sent.',
    takeBack: 'Take the reply back',
    failed: 'It was not sent. Nothing you wrote is lost; try again.',
    'no-room': 'The server has no room for this reply. Take a recording away, then try again.',
    gone: 'What was sent is gone. A reply can not reach anyone any more.',
    nobody: 'Whoever sent this can not receive a reply. Your notes stay here, for you.',
  },
};
