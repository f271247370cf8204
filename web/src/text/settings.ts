/** Every word of the desk's settings, of its alerts, and of the signs that reach a trainer who looks elsewhere. */

export const notice = {
  first: 'Notifications are on',
  arrived: 'Something arrived',
  ending: 'Something is not saved and ends soon',
  body: 'Open the desk to see it.',
};

export const settings = {
  title: 'Settings',
  save: 'Save',
  saving: 'Saving',
  saved: 'Saved',
  failed: 'That did not get through. Nothing was changed; try again.',
  on: 'on',
  off: 'off',

  name: {
    title: 'Your name',
    label: 'The name your clients see',
    hint: 'It stands on every link you make from now on. Links you have sent keep the old one.',
    wrong: 'Clients must see who asks them.',
  },

  passphrase: {
    title: 'Passphrase',
    now: 'Passphrase now',
    wrong: 'That is not the passphrase.',
    change: 'Change the passphrase',
    changing: 'Changing it',
    note: 'You stay signed in here and are signed out everywhere else. The recovery sheet stays as it is.',
    done: 'The new passphrase holds.',
  },

  sheet: {
    title: 'Recovery sheet',
    why: 'The same sheet as on the first day. Whoever holds it can open the desk, so print it where nobody looks on.',
    show: 'Show the sheet',
    showing: 'One moment',
    hide: 'Put it away',
  },

  news: {
    title: 'Notifications and sound',
    intro:
      'In this browser, as long as the desk is open in a tab, locked or not. Never a name, a label or anything that was sent.',
    notify: 'Show notifications',
    notifyHint: 'When something arrives, or is not saved and near its end, while you look elsewhere.',
    allow: 'Allow notifications in this browser',
    allowNote: 'You asked for notifications. This browser has not been asked yet.',
    refused:
      'This browser was told to show none from this address. Allow it again in the browser’s settings for this site.',
    unable: 'This browser can not show notifications from a page. Alerts below reach you without it.',
    sound: 'Play a sound',
    soundHint: 'Two quiet notes. Off unless you switch it on.',
    value: { notify: 'notifications', sound: 'sound' },
  },

  alerts: {
    title: 'Alerts',
    none: 'none',
    intro:
      'Reach you when the desk is closed. An alert says that something happened, never whose it is or what: no name, no label, no content.',
    loading: 'Asking the server',
    away: 'The server did not say how your alerts are set. Nothing is lost.',
    ways: { mail: 'E-mail', webhook: 'Webhook', ntfy: 'ntfy' },
    by: { mail: 'by e-mail', webhook: 'by webhook', ntfy: 'by ntfy' },
    use: { mail: 'By e-mail', webhook: 'By webhook', ntfy: 'By ntfy' },
    hint: {
      mail: '',
      webhook: 'A program of yours is called. Leave this off if that says nothing to you.',
      ntfy: 'A push message to your phone, through the free app ntfy.',
    },
    noMail: 'This server has no mail server to hand mail to. Whoever runs it can give it one.',
    to: 'Your e-mail address',
    url: { webhook: 'Address to call', ntfy: 'Address of your topic' },
    urlHint: {
      webhook: 'Begins with https://',
      ntfy: 'Like https://ntfy.sh/ and a long name nobody guesses: whoever knows it can listen.',
    },
    secret: 'Signing secret',
    secretHint:
      'Optional, 16 characters or more without spaces. Each call is signed with it, so that your program knows it came from here.',
    secretKept: 'One is kept. Leave this empty to keep it.',
    token: 'Access token',
    tokenHint: 'Optional, if your topic asks for one. Leave this empty to keep the one you gave.',
    when: 'Tell me when',
    occasions: {
      arrived: 'something arrived',
      unsaved: 'something is not saved and has 24 hours left',
      unused: 'a link was not used for 3 days',
    },
    save: 'Save alerts',
    wrong: {
      to: 'An e-mail address, like jo@example.org.',
      url: 'A whole address that begins with https://',
    },
    fields: {
      mail: 'The e-mail address',
      webhook: 'The address of the webhook',
      'webhook.secret': 'The signing secret',
      ntfy: 'The address of your topic',
      'ntfy.token': 'The access token',
    } as Readonly<Record<string, string>>,
    refused: (field: string | undefined, why: string) =>
      `${field ?? 'Something'} ${why.replace(/\.$/, '')}. Nothing was changed.`,
    test: 'Send a test',
    testing: 'Sending',
    tested: (way: string) => `A test was sent ${way}. Look whether it came.`,
    testFailed: (why: string) => `The test did not go out. ${why}`,
    testAway: 'The server did not answer. Try again.',
    sentAt: (when: string) => `Last sent ${when}.`,
    neverSent: 'Nothing was sent yet.',
    waiting: (n: number) => (n === 1 ? '1 alert is waiting.' : `${n} alerts are waiting.`),
    failing: (way: string, since: string) => `Alerts ${way} do not go out since ${since}.`,
    failingMany: 'Some alerts do not go out.',
    change: 'Change alerts',
  },

  away: {
    title: 'Sign out',
    here: 'Sign out',
    hereNote: 'Of this browser. What lies on the desk stays.',
    everywhere: 'Sign out everywhere else',
    everywhereNote:
      'Every other browser and terminal has to sign in again. For a device that was lost or lent. It needs your passphrase.',
    ending: 'Signing out the others',
    done: 'Everyone else is signed out.',
  },
};
