// The spans a link offers, in seconds, within the limits of DESIGN section 4.

export const HOUR = 3600;
export const DAY = 24 * HOUR;

export const RETENTIONS: readonly number[] = [HOUR, 6 * HOUR, DAY, 3 * DAY, 7 * DAY];
export const OPEN_FOR: readonly number[] = [HOUR, DAY, 3 * DAY, 7 * DAY, 14 * DAY, 30 * DAY];
/** Of a film, as it is asked for; a template may say another. */
export const SECONDS: readonly number[] = [30, 60, 120, 300];
export const USES = { least: 1, most: 100 } as const;
export const MAX_FILES = 20;
export const MAX_BYTES = 4 * 1024 ** 3;
