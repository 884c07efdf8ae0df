/** Actors over a journal of ours as a subject. */

export class ActorsSubject {
  #package;
  #Account;
  journal;

  /** @param contents of the package. */
  constructor(contents, path) {
    this.#package = contents;
    this.#Account = accountOf(contents.PersistentActor);
    this.journal = new contents.SqliteJournal({ path, wal: true });
  }

  /** What a new system of actors answers to one command for each id, all sent at once. */
  async ask(ids, command, options) {
    const system = this.#package.ActorSystem.create('bench', options);
    system.extension(this.#package.PersistenceExtensionId).configure({ journal: this.journal });
    const one = (id) => system.spawn(() => new this.#Account(id), id).ask(command, 600_000);
    const answers = await Promise.all(ids.map(one));
    await system.terminate();
    return answers;
  }

  close() {
    return this.journal.close();
  }
}

/** Counts its events; a command is an event to store, or none. */
function accountOf(PersistentActor) {
  return class extends PersistentActor {
    constructor(persistenceId) {
      super();
      this.persistenceId = persistenceId;
    }

    initialState() {
      return 0;
    }

    onEvent(count) {
      return count + 1;
    }

    onCommand(count, event) {
      if (event === undefined) this.reply(count);
      else this.persist(event, (next) => this.reply(next));
    }
  };
}
