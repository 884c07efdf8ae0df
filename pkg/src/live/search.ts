/**
 * The first key from one on of which something is no longer so. It is asked of about twice as many keys
 * as the distance has binary digits.
 *
 * @param isSo of all keys before that one, and of none behind it.
 */
export async function firstWhereNot(from: number, isSo: (key: number) => Promise<boolean>): Promise<number> {
  if (!(await isSo(from))) return from;
  let [last, step] = [from, 1];
  for (; await isSo(last + step); step *= 2) last += step;
  while (step > 1) {
    const half = Math.floor(step / 2);
    if (await isSo(last + half)) {
      last += half;
      step -= half;
    } else step = half;
  }
  return last + 1;
}
