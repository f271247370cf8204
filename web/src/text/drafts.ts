/**
 * The message that goes with a link, by SMS or mail. The first part is the trainer's to change, by template;
 * the second always says what the link is, that no account is needed, and until when.
 */
export const drafts = {
  words: {
    'form-check': (from: string) =>
      `Hi, ${from} here. Please film your last heavy set and send it to me through this link, so that I can look at your form.`,
    'client-intake': (from: string) =>
      `Hi, ${from} here. Before we start I would like to know a few things. Please answer my questions through this link; it takes about five minutes.`,
    other: (from: string) => `Hi, ${from} here. Please send me a video through this link.`,
  } as Readonly<Record<string, (from: string) => string>> & { readonly other: (from: string) => string },
  tail: (uses: number, until: string) =>
    `It opens in your browser, without an account and without an app. What you send is locked on your phone, and only I can open it. The link works ${uses === 1 ? 'once' : `${uses} times`} and is open until ${until}.`,
  subject: (from: string) => `${from} asks you for a video`,
};
