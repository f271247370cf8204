/** Every word on the pages of someone who sends. */
export const send = {
  title: 'Dewdrop',
};
