/** The signs on the player's buttons: one path each, in a square of 24. Lines, but for what plays. */

export const ICONS = {
  play: 'M7 4.5v15l12.5-7.5z',
  pause: 'M7 5h3.5v14H7zM13.5 5H17v14h-3.5z',
  back: 'M15 6l-7 6 7 6M5 6v12',
  ahead: 'M9 6l7 6-7 6M19 6v12',
  mirror: 'M12 4v16M8.5 7.5 3 17h5.5zM15.5 7.5 21 17h-5.5z',
  turn: 'M19 12a7 7 0 1 1-2.5-5.4M17 2.8v4.4h-4.4',
  full: 'M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5',
  small: 'M9 4v5H4M20 9h-5V4M15 20v-5h5M4 15h5v5',
  draw: 'M4 20l1-4.5L16 4.5a2 2 0 0 1 3 0l.5.5a2 2 0 0 1 0 3L8.5 19z',
  still: 'M4 8h3.5l1.5-2.5h6L16.5 8H20v11H4zM12 10.2a3.3 3.3 0 1 1 0 6.6 3.3 3.3 0 0 1 0-6.6',
  upright: 'M5 4h14v16H5zM12 16V9M9 11.5 12 8.5l3 3',
  help: 'M9.2 9.2a2.9 2.9 0 1 1 4 2.7c-.8.4-1.2.9-1.2 2M12 17.5v.1',
  undo: 'M8 5 4 9l4 4M4.5 9H14a5 5 0 0 1 0 10h-4',
  clear: 'M5 7h14M9.5 7V5h5v2M7 7l1 12h8l1-12',
  note: 'M4 5h16v11h-9l-4.5 3.5V16H4z',
  compare: 'M4 5h7v14H4zM13 5h7v14h-7z',
  line: 'M5 19 19 5',
  arrow: 'M5 19 19 5M11 5h8v8',
  circle: 'M12 5a7 7 0 1 1 0 14 7 7 0 0 1 0-14',
  angle: 'M18 5 6 18h14M11.5 12a7 7 0 0 1 3 6',
  pen: 'M4 17c3-9 6-9 6-4s3 5 5 0 3-5 5-3',
} as const;

export type IconName = keyof typeof ICONS;
/** Those that are filled; the others are drawn. */
export const FILLED: readonly IconName[] = ['play', 'pause'];
