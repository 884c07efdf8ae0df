/**
 * A program that writes to a file is killed, again and again, at random moments: whatever it has told
 * by then is there, and the next one goes on with the same file.
 */
import process from 'node:process';
import { SqliteDurableStateStore, SqliteJournal, SqliteSnapshotStore } from '../actor-journal.mjs';
import { equal, ok } from '../assert.mjs';
import { Dice } from '../dice.mjs';
import { all } from '../events.mjs';
import { sums } from '../sums.mjs';
import { folded, Totals, totals } from '../totals.mjs';
import { freshFile } from './folder.mjs';
import { start } from './programs.mjs';
import { sqlite3 } from './sqlite3.mjs';
import { batch, state, STREAMS, TAGS } from './written.mjs';

/** How often in each scenario: less in other runtimes than Node, whose binding is the same. */
const KILLS = Number(process.env.ACTOR_JOURNAL_KILLS ?? (globalThis.Bun || globalThis.Deno ? 5 : 50));

/** After so many kills the next program begins with no file. */
const KILLS_OF_A_FILE = 25;

const SEED = Number(process.env.ACTOR_JOURNAL_SEED ?? Date.now() % 1_000_000);

/** What programs have told of a stream. */
class Told {
  head = 0;
  deleting = 0;
  deleted = 0;
  saved = 0;
  revision = 0;
  /** The positions of the first events of the batches that were told since the file was looked at. */
  positions = new Map();

  hear([what, , number, count, position]) {
    if (what !== 'appended') {
      const mark = what === 'changed' ? 'revision' : what;
      this[mark] = Math.max(this[mark], number);
      return;
    }
    equal(number, this.head + 1, 'each seq is given out once');
    this.head += count;
    this.positions.set(number, position);
  }
}

/** A file that one program after the other goes on with. */
class File {
  #path = freshFile();
  #told = new Map(STREAMS.map((stream) => [stream, new Told()]));
  #options;
  #last = 0;

  constructor(options) {
    this.#options = options;
  }

  /** Starts a program, kills it and looks for what it has told. */
  async kill(dice) {
    const { lines, turns } = moment(dice);
    const program = start('write-until-killed', this.#path, JSON.stringify(this.#options), dice.below(1e9));
    const before = this.#last;
    const hear = (line) => this.#hear(JSON.parse(line), before);
    for (let i = 0; i < lines; i++) hear(await program.next());
    spin(turns);
    program.child.kill('SIGKILL');
    for await (const line of program.lines) hear(line);
    equal((await program.ended).signal, 'SIGKILL');
    await this.check();
  }

  #hear(line, before) {
    const [what, stream, , count, position] = line;
    this.#told.get(stream).hear(line);
    if (what !== 'appended') return;
    ok(position > before, 'each position is given out once');
    this.#last = Math.max(this.#last, position + count - 1);
  }

  /** Whole batches alone, each event as it was written, and tags and positions in step. */
  async check() {
    const path = this.#path;
    const opened = [new SqliteJournal({ path, ...this.#options }), new SqliteSnapshotStore({ path }), new SqliteDurableStateStore({ path })];
    const [journal] = opened;
    const found = [];
    for (const stream of STREAMS) found.push(...(await lookedAt(stream, this.#told.get(stream), ...opened)));
    found.sort((one, other) => one.position - other.position);
    equal(await all(journal.allEvents()), found, 'the journal');
    for (const tag of TAGS) equal(await all(journal.eventsByTag(tag)), found.filter(({ tags }) => tags?.includes(tag)), tag);
    this.#last = Math.max(this.#last, found.at(-1)?.position ?? 0);
    await Promise.all(opened.map((one) => one.close()));
  }

  checkFile() {
    equal(sqlite3(this.#path, 'PRAGMA integrity_check'), [{ integrity_check: 'ok' }]);
    equal(sqlite3(this.#path, 'PRAGMA foreign_key_check'), []);
    equal(sqlite3(this.#path, 'SELECT t.* FROM events_tags AS t LEFT JOIN events AS e USING (pid, seq) WHERE e.position IS NOT t.position'), []);
  }
}

/** The events of a stream, with the stores beside it held to what was told. */
async function lookedAt(stream, told, journal, snapshots, states) {
  const events = await journal.read(stream, 1);
  const head = await journal.highestSeq(stream);
  const mark = events.length > 0 ? events[0].sequenceNr - 1 : head;
  ok(head >= told.head, `${stream}: ${head} of ${told.head} appended events`);
  ok(told.deleted <= mark && mark <= told.deleting, `${stream}: ${mark} events deleted, told ${told.deleted} to ${told.deleting}`);
  checkBatches(stream, events, told.positions);
  const snapshot = await snapshots.loadLatest(stream);
  const seq = snapshot?.sequenceNr ?? 0;
  ok(told.saved <= seq && seq <= head, `${stream}: a snapshot at ${seq}, told ${told.saved}`);
  if (snapshot) equal(snapshot.state, state(stream, seq));
  const { revision, state: kept } = await states.load(stream);
  ok(revision - told.revision <= 1 && revision >= told.revision, `${stream}: revision ${revision}, told ${told.revision}`);
  if (revision > 0) equal(kept, state(stream, revision));
  Object.assign(told, { head, deleted: mark, saved: seq, revision, positions: new Map() });
  return events;
}

function checkBatches(stream, events, positions) {
  for (let i = 0; i < events.length; ) {
    const { sequenceNr, position, event: { first, count } } = events[i];
    const written = batch(stream, first, count).slice(sequenceNr - first);
    const found = events.slice(i, (i += written.length));
    equal(found.map(({ event, tags }) => ({ event, tags: tags ?? [] })), written, `${stream}: the batch at ${first}`);
    const told = positions.get(first);
    if (told !== undefined) equal(position - told, sequenceNr - first, `${stream}: the position of ${sequenceNr}`);
  }
}

/** Sometimes without a line, so that the program is killed while it starts or opens its file. */
function moment(dice) {
  const lines = dice.pick([[1, 0], [1, 1 + dice.below(4)], [4, dice.below(120)]]);
  return { lines, turns: dice.below(lines === 0 ? 100_000_000 : 2_000_000) };
}

function spin(turns) {
  for (let i = 0; i < turns; i++);
}

async function killAgainAndAgain(options) {
  const dice = new Dice(SEED);
  try {
    for (let begin = 0; begin < KILLS; begin += KILLS_OF_A_FILE) {
      const file = new File({ ...options, checkpointPages: 60 });
      for (let kill = begin; kill < Math.min(KILLS, begin + KILLS_OF_A_FILE); kill++) await file.kill(dice);
      file.checkFile();
    }
  } catch (error) {
    throw new Error(`with ACTOR_JOURNAL_SEED=${SEED}`, { cause: error });
  }
}

/** Programs that project, each of which goes on with the file of the one before. */
async function killProjections(options) {
  const dice = new Dice(SEED);
  try {
    for (let begin = 0; begin < KILLS; begin += KILLS_OF_A_FILE) {
      const path = freshFile();
      for (let kill = begin; kill < Math.min(KILLS, begin + KILLS_OF_A_FILE); kill++) {
        await killProjecting(path, options, dice);
        if (kill % 5 === 4) await checkProjections(path, options);
      }
    }
  } catch (error) {
    throw new Error(`with ACTOR_JOURNAL_SEED=${SEED}`, { cause: error });
  }
}

async function killProjecting(path, options, dice) {
  const { lines, turns } = moment(dice);
  const program = start('project-until-killed', path, JSON.stringify(options), dice.below(1e9));
  for (let i = 0; i < lines; i++) await program.next();
  spin(turns);
  program.child.kill('SIGKILL');
  for await (const _ of program.lines);
  equal((await program.ended).signal, 'SIGKILL');
}

/** What the views are at their positions, and at the journal's end, is what a plain fold makes of the events. */
async function checkProjections(path, options) {
  const journal = new SqliteJournal({ path, ...options });
  const [tables, values] = [new Totals(journal), sums(journal)];
  const kept = async () => Object.fromEntries((await all(values.entries())).map(([id, { sum }]) => [id, sum]));
  equal(await totals(tables), await folded(journal, await tables.position()), 'the tables');
  equal(await kept(), await folded(journal, await values.position()), 'the values');
  await tables.catchUp();
  await values.rebuild();
  equal([await totals(tables), await kept()], Array(2).fill(await folded(journal)), 'both at the end');
  await journal.close();
}

export const kills = {
  'projections that are killed are a plain fold of the events': () => killProjections({ wal: true }),
  'with a log nothing that was told is lost': () => killAgainAndAgain({ wal: true }),
  'without a log nothing that was told is lost': () => killAgainAndAgain({ wal: false }),
  'with a log and without flushes nothing that was told is lost': () => killAgainAndAgain({ wal: true, synchronous: 'normal' }),
  'without a log and flushes nothing that was told is lost': () => killAgainAndAgain({ wal: false, synchronous: 'normal' }),
};
