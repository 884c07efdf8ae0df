/** A projection that was begun in one place goes on in the others, where it was. */
import { equal } from '../package/assert.mjs';
import { range } from '../package/events.mjs';

/** Scenarios for each two places. */
export function projections(places) {
  const scenarios = {};
  for (const first of places) {
    for (const next of places) {
      if (next === first) continue;
      scenarios[`a projection that ${first.name} began goes on in ${next.name}, and back`] = () => goesOn(first, next);
    }
  }
  return scenarios;
}

const SEND = null;

/** More than are dealt with before the position is noted. */
const COUNT = 100;

const texts = (from) => range(from, from + COUNT - 1).map(String);

async function goesOn(first, next) {
  const begun = await first.asked('mails', undefined, [[...texts(1), 'note'], SEND, texts(102)]);
  equal(begun.answers, [101, { position: 101, sent: sent(1), skipped: [] }, 201], `what ${first.name} sent`);

  const continued = await next.asked('mails', begun.bytes, [SEND, ['lost', 'note'], SEND, texts(204)]);
  const [more, , { skipped, ...rest }] = continued.answers;
  equal(more, { position: 201, sent: sent(102), skipped: [] }, `what ${next.name} sent`);
  const [{ timestamp, ...lost }, ...others] = skipped;
  const error = 'the projection "mails" has failed at position 202: nobody lives there';
  equal([lost, others], [{ persistenceId: 'post-Zoë', sequenceNr: 202, position: 202, error }, []]);
  equal([rest, timestamp > 0], [{ position: 203, sent: [] }, true]);

  const back = await first.asked('mails', continued.bytes, [SEND, SEND]);
  equal(back.answers[0], { position: 303, sent: sent(204), skipped }, `what ${first.name} sent`);
  equal(back.answers[1], { position: 303, sent: [], skipped }, 'none comes again');
}

/** Each text stands at the position that it names. */
const sent = (from) => texts(from).map((text) => `${text} ${text}`);
