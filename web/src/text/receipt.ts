/** Every word on the receipt page. */
export const receipt = {
  title: 'Receipt',
};
