const NUMBER = new Intl.NumberFormat('en');
const SIZE = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 });
const UNITS = ['bytes', 'KB', 'MB', 'GB', 'TB'];

/** A whole number with its thousands marked. */
export function counted(count: number): string {
  return NUMBER.format(count);
}

/** A number with what it counts, which has an `s` where there is not one of it. */
export function counting(count: number, what: string): string {
  return `${counted(count)} ${what}${count === 1 ? '' : 's'}`;
}

/** A number of bytes as people read it. */
export function sized(bytes: number): string {
  let [amount, unit] = [bytes, 0];
  for (; amount >= 1000 && unit < UNITS.length - 1; unit++) amount /= 1000;
  return `${SIZE.format(amount)} ${UNITS[unit]}`;
}

/** Milliseconds, as exact as they are worth. */
export function lasting(milliseconds: number): string {
  return `${SIZE.format(milliseconds)} ms`;
}

/**
 * A moment to the millisecond, as ISO 8601 without what everybody knows: in local time. The number, where it is none
 * of the 100,000,000 days around 1970 that a `Date` holds.
 */
export function moment(timestamp: number): string {
  const local = new Date(timestamp - new Date(timestamp).getTimezoneOffset() * 60_000);
  if (Number.isNaN(local.getTime())) return counted(timestamp);
  return local.toISOString().slice(0, -1).replace('T', ' ');
}

/** The time of day, or before today the day. */
export function clock(timestamp: number): string {
  const [day = '', time = ''] = moment(timestamp).split(' ');
  return moment(Date.now()).startsWith(day) ? time.slice(0, 8) : day;
}
