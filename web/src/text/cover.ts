/** Words while something in a picture is covered; they come with that screen alone. */
export const cover = {
  title: 'Cover a face',
  how: 'Draw over what nobody should see. What is under a box is gone from the picture that is sent; the one on your phone stays as it is.',
  keys: 'With a keyboard: arrows move a box, Shift and arrows make it larger or smaller, Delete takes it away.',
  opening: 'Opening the picture…',
  picture: (width: number, height: number) => `The picture, ${width} by ${height} pixels`,
  box: (number: number, of: number) => `Box ${number} of ${of}`,
  boxes: (count: number) => (count === 0 ? 'No box yet' : `${count} ${count === 1 ? 'box' : 'boxes'}`),
  add: 'Add a box',
  remove: 'Take it away',
  done: 'Use this picture',
  working: 'Covering…',
  cancel: 'Leave it as it is',
  back: 'Back',
  wrong: {
    'not-shown':
      'This browser can not open this kind of picture, so nothing can be covered here. The picture is unchanged. Your phone can save it as a JPEG, or you can send it as it is.',
    'too-large': (most: number) =>
      `This picture has more than ${most} megapixels, more than can be changed here. It is unchanged. A smaller copy of it can be covered.`,
    failed:
      'Your phone had no room to make the covered picture. The picture is unchanged. Close other pages and try again, or use a smaller copy.',
  },
};
