/** actor-journal as a subject. */

export const READINGS = ['', 'read()'];

export class JournalSubject {
  #journal;

  constructor(journal) {
    this.#journal = journal;
  }

  /** A batch of one stream. */
  async append(rows) {
    const [{ id, seq }] = rows;
    await this.#journal.append(id, rows.map(({ event }) => ({ event })), seq - 1);
  }

  readings = {
    '': async (id, take) => {
      for await (const event of this.#journal.replay(id)) take(event);
    },
    'read()': async (id, take) => {
      for (const event of await this.#journal.read(id, 1)) take(event);
    },
  };

  close() {
    return this.#journal.close();
  }
}
