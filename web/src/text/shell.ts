/** The few words in the html shells, there before any script has run. Filled in while building. */
export const shell = {
  sendTitle: 'Dewdrop',
  receiptTitle: 'Receipt · Dewdrop',
  deskTitle: 'Desk · Dewdrop',
  noscript:
    'This page locks what you send on your own phone, before it leaves. For that it needs JavaScript, which is switched off here. Switch it on for this site, or open the link in another browser.',
  nothingTitle: 'Nothing here · Dewdrop',
  nothing: 'There is nothing here',
  nothingLost:
    'The address is cut off, mistyped, or what was here is gone. Nothing is lost by having come here.',
  nothingSender: 'If someone sent you a link, open it again from their message, whole.',
  nothingTrainer: 'Open your desk',
};
