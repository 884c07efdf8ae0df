/** The names of accounts: what people type, made one that can be told from the others. */

/** The longest name, in characters. */
const LONGEST = 40;

/**
 * The name that somebody has written, without spaces around it and with single ones in it: others
 * would not be seen.
 *
 * @param {string} text
 * @param {readonly string[]} taken names that there are already; the case makes no difference.
 * @returns {{ name: string } | { wrong: string }}
 */
export function parseName(text, taken) {
  const name = text.trim().replace(/\s+/g, ' ').normalize();
  if (!name) return { wrong: 'Enter a name first.' };
  if ([...name].length > LONGEST) return { wrong: `At most ${LONGEST} characters.` };
  const twin = taken.find((other) => other.toLowerCase() === name.toLowerCase());
  return twin ? { wrong: `There is an account “${twin}” already.` } : { name };
}
