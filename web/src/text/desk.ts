/** Every word at the desk. */
export const desk = {
  title: 'Dewdrop',
};
