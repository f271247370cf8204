/** Words for sizes, speeds and times; `ui/sizes.ts` and `ui/when.ts` decide which of them is said. */
const many = (count: number, one: string, more: string) => `${count} ${count === 1 ? one : more}`;

export const units = {
  kilobytes: (value: string) => `${value} KB`,
  megabytes: (value: string) => `${value} MB`,
  gigabytes: (value: string) => `${value} GB`,
  perSecond: (size: string) => `${size}/s`,
  percent: (value: number) => `${value} %`,
  sizeOf: (part: string, whole: string) => `${part} of ${whole}`,

  seconds: (count: number) => many(count, 'second', 'seconds'),
  minutes: (count: number) => many(count, 'minute', 'minutes'),
  hours: (count: number) => many(count, 'hour', 'hours'),
  days: (count: number) => many(count, 'day', 'days'),
  secondsLeft: (count: number) => `${count} s left`,
  minutesLeft: (count: number) => `${count} min left`,
  hoursLeft: (hours: number, minutes: number) =>
    minutes === 0 ? `${hours} h left` : `${hours} h ${minutes} min left`,

  yes: 'Yes',
  no: 'No',
  ofTen: (value: number) => `${value} of 10`,
  withUnit: (value: number, unit: string) => `${value} ${unit}`,

  today: (clock: string) => `today, ${clock}`,
  tomorrow: (clock: string) => `tomorrow, ${clock}`,
  yesterday: (clock: string) => `yesterday, ${clock}`,
  on: (moment: string) => `on ${moment}`,
  moment: (day: string, clock: string) => `${day}, ${clock}`,
};

/** Dates are written the way this language writes them. */
export const LOCALE = 'en-GB';
