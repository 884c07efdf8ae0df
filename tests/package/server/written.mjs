/** What the program writes that is killed: known from the stream and the number alone. */
export const STREAMS = ['a', 'b', 'c', 'd', 'e'];

export const TAGS = ['third', 'odd', 'common'];

/** The batch of a stream that begins at `first`. Each event tells the batch that it belongs to. */
export function batch(stream, first, count) {
  return Array.from({ length: count }, (_, i) => {
    const seq = first + i;
    const event = { stream, seq, first, count, text: 'x'.repeat((seq % 7 === 0 ? 2000 : 40) + (seq % 5)) };
    return { event, tags: tags(seq) };
  });
}

function tags(seq) {
  return TAGS.filter((tag, i) => [seq % 3 === 0, seq % 2 === 1, seq % 6 === 0][i]);
}

/** The state of a stream at a seq, or at a revision. */
export function state(stream, number) {
  return { stream, number, text: 'y'.repeat(number % 300) };
}
