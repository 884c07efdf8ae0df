/** Times as people read them. */

const CLOCK = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' });
const DAY = { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' };
const THIS_YEAR = new Intl.DateTimeFormat('en-GB', DAY);
const ANY_YEAR = new Intl.DateTimeFormat('en-GB', { ...DAY, year: 'numeric' });

/** The time of day; before today also the day, before this year also the year. */
export function moment(timestamp) {
  const [date, now] = [new Date(timestamp), new Date()];
  if (date.toDateString() === now.toDateString()) return CLOCK.format(date);
  return (date.getFullYear() === now.getFullYear() ? THIS_YEAR : ANY_YEAR).format(date);
}
