/** Folds what a peer has stored, as an actor does. */
export async function fold(subject, reading) {
  let state = { events: 0, cents: 0 };
  await subject.readings[reading]('account-1', ({ event }) => {
    state = { events: state.events + 1, cents: state.cents + event.cents };
  });
  return { events: state.events, close: () => subject.close() };
}
