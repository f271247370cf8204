/** The few words in the html shells, there before any script has run. Filled in while building. */
export const shell = {
  sendTitle: 'Dewdrop',
  receiptTitle: 'Receipt · Dewdrop',
  deskTitle: 'Desk · Dewdrop',
  noscript:
    'This page locks what you send on your own phone, before it leaves. For that it needs JavaScript, which is switched off here. Switch it on for this site, or open the link in another browser.',
};
