/**
 * The few words in the html shells, there before any script has run: what stands on the screen while the
 * rest comes, and what a chat shows of a link. The same for every link. Filled in while building.
 */
export const shell = {
  sendTitle: 'Dewdrop',
  sendAsked: 'You are asked to send something',
  sendAbout:
    'A video, a few answers: locked on your phone before they leave, opened only by the person who asked, then erased. No account.',
  previewAlt: 'A drop of dew, and the words: For one person. Then gone.',
  sendOpening: 'Opening your invitation…',
  sendPromise:
    'What you send here is locked on your phone before it leaves. Only the person who asked you can open it, and it is erased by itself. Nothing is sent until you tap Send.',

  receiptTitle: 'Receipt · Dewdrop',
  receiptOpening: 'Looking up your receipt…',
  receiptPromise: 'It shows what became of what you sent, and lets you erase it.',

  deskTitle: 'Desk · Dewdrop',

  late: 'This takes longer than it should. Check your connection, then open the link once more. Nothing is lost.',
  noscript:
    'This page locks what you send on your own phone, before it leaves. For that it needs JavaScript, which is switched off here. Switch it on for this site, or open the link in another browser.',
  nothingTitle: 'Nothing here · Dewdrop',
  nothing: 'There is nothing here',
  nothingLost:
    'The address is cut off, mistyped, or what was here is gone. Nothing is lost by having come here.',
  nothingSender: 'If someone sent you a link, open it again from their message, whole.',
  nothingTrainer: 'Open your desk',
  receiptNoscript:
    'This page needs JavaScript, which is switched off here. Switch it on for this site, or open the receipt in another browser.',
};
