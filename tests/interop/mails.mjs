/** A projection that sends mails, which are what it answers; `mails.rs` is the same in Rust. */
import { AtLeastOnceProjection, SqliteDurableStateStore, SqliteJournal } from '../package/actor-journal.mjs';

const ID = 'post-Zoë';

/** Appends what is to be sent; what is a note is not. */
async function append(journal, texts) {
  const entries = texts.map((text) => ({ event: text, tags: text === 'note' ? [] : ['mail'] }));
  const head = await journal.highestSeq(ID);
  await journal.append(ID, entries, head);
  return head + entries.length;
}

/** What is sent of what was not yet, where the projection is then, and what it has ever passed over. */
async function send(journal, positions) {
  const sent = [];
  const mails = new AtLeastOnceProjection(journal, positions, {
    name: 'mails',
    filter: 'mail',
    apply({ event, position }) {
      if (event === 'lost') throw new Error('nobody lives there');
      sent.push(`${position} ${event}`);
    },
    onFailure: () => 'skip',
  });
  return { position: await mails.catchUp(), sent, skipped: await mails.skipped() };
}

/** Answers each command: a list of texts that are appended, or `null` to send them. */
export async function ask(path, commands) {
  const [journal, positions] = [new SqliteJournal({ path }), new SqliteDurableStateStore({ path })];
  try {
    const answers = [];
    for (const texts of commands) answers.push(await (texts ? append(journal, texts) : send(journal, positions)));
    return answers;
  } finally {
    await Promise.all([journal.close(), positions.close()]);
  }
}
