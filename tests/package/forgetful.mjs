/** A codec of numbers that forgets one of them where it is told to. */
export function forgetful() {
  let forgotten;
  return {
    name: 'forgetful',
    encode: (number) => new TextEncoder().encode(number),
    decode(bytes) {
      const number = Number(new TextDecoder().decode(bytes));
      if (number === forgotten) throw new Error('it is forgotten');
      return number;
    },
    forget: (number) => void (forgotten = number),
  };
}
