import { copyJournal, restore } from '../actor-journal.mjs';
import { equal, ok, refused, thrown } from '../assert.mjs';
import { all, counted } from '../events.mjs';

const FIRST = '{"format":"actor-journal","version":1}\n';

/** Some streams of all kinds, written by turns. */
async function fill(journal) {
  for (let round = 0; round < 30; round++) {
    await journal.append('a', [{ event: { round }, tags: ['€', 'b'] }, { event: `zwei ${round}`, manifest: 'second', version: 2 }], 2 * round);
    await journal.append('b', [{ event: 'x'.repeat(2000) }], round);
  }
  await journal.delete('a', 3);
  await journal.raiseCompactionMark('moved', 7);
}

/** All that a copy keeps. */
async function kept(journal) {
  const ids = await journal.persistenceIds();
  const heads = await Promise.all(ids.map((id) => journal.highestSeq(id)));
  const events = await all(journal.allEvents());
  return { ids, heads, events: events.map(({ position, ...event }) => event) };
}

const blobOf = (stream) => new Response(stream).blob();

/** What a stream that is read fails with. */
async function endOf(stream) {
  const reader = stream.getReader();
  for (;;) {
    const answer = await reader.read().catch(({ message }) => message);
    if (typeof answer === 'string') return answer;
    ok(!answer.done, 'it fails');
  }
}

/** The lines of an export, and how far it said that it had come. */
async function exported(journal, options = {}) {
  const told = [];
  let text = '';
  for await (const piece of journal.export({ onProgress: (progress) => told.push(progress), ...options })) text += piece;
  return { text, told };
}

function rises(told) {
  ok(told.length > 0 && told.every(({ done, total }, i) => done <= total && done >= (told[i - 1]?.done ?? 0)), 'it rises');
}

export const copies = {
  async 'a backup is a whole database'(room) {
    const journal = room.journal();
    await fill(journal);
    const told = [];
    const bytes = new Uint8Array(await (await blobOf(journal.backup({ onProgress: (progress) => told.push(progress) }))).arrayBuffer());
    equal(new TextDecoder().decode(bytes.slice(0, 16)), 'SQLite format 3\0');
    equal([bytes[18], bytes[19]], [1, 1], 'without a log');
    const view = new DataView(bytes.buffer);
    equal(bytes.length, view.getUint16(16) * view.getUint32(28));
    rises(told);
    equal(told.at(-1), { done: bytes.length, total: bytes.length });
  },

  async 'a backup that is cancelled or aborted lets another begin'(room) {
    const journal = room.journal();
    await fill(journal);
    const cancelled = journal.backup().getReader();
    await cancelled.read();
    await cancelled.cancel();
    const abort = new AbortController();
    const aborted = journal.backup({ signal: abort.signal, onProgress: () => abort.abort(new Error('enough')) });
    equal(await endOf(aborted), 'enough');
    equal(await endOf(journal.backup({ signal: AbortSignal.abort(new Error('early')) })), 'early');
    ok((await blobOf(journal.backup())).size > 60_000, 'another');
  },

  async 'a backup ends when its journal is closed'(room) {
    const journal = room.journal();
    await fill(journal);
    const reader = journal.backup().getReader();
    const first = reader.read();
    await first;
    await journal.close();
    // What there was in one piece is there.
    for (let done = false; !done; ) {
      const answer = await reader.read().catch((error) => error);
      ok(answer.done || answer.code === 'closed', 'closed');
      done = true;
    }
  },

  async 'what is exported is imported as it was'(room) {
    const [from, to] = [room.journal(), room.another().journal()];
    await fill(from);
    const { text, told } = await exported(from);
    ok(text.startsWith(FIRST) && text.endsWith('{"end":87}\n'), text.slice(0, 100));
    rises(told);
    await to.append('before', [{ event: 1 }], 0);
    equal(await to.import(text), 87);
    await to.delete('before', 1);
    const [there, here] = [await kept(to), await kept(from)];
    equal(there.events, here.events);
    equal(there.ids.filter((id) => id !== 'before'), here.ids);
    equal(await to.import(text), 87, 'again');
    equal((await kept(to)).events, here.events);
  },

  async 'lines come in pieces of any length, as text and as bytes'(room) {
    const from = room.journal();
    await fill(from);
    const { text } = await exported(from);
    const bytes = new TextEncoder().encode(text);
    const pieces = async function* () {
      for (let at = 0; at < bytes.length; at += 7777) yield bytes.slice(at, at + 7777);
    };
    const blob = new Blob([text]);
    for (const lines of [[text.slice(0, 10), bytes.slice(10)], pieces(), bytes, blob, blob.stream(), from.export()]) {
      const to = room.another().journal();
      equal(await to.import(lines), 87);
      equal(await kept(to), await kept(from));
    }
  },

  async 'a byte order mark and blank lines are passed over'(room) {
    const from = room.journal();
    await fill(from);
    const { text } = await exported(from);
    const padded = `\ufeff${text.replaceAll('\n', '\r\n\r\n')} \n\n`;
    for (const lines of [padded, new TextEncoder().encode(padded), [...padded.slice(0, 9), padded.slice(9)]]) {
      const to = room.another().journal();
      equal(await to.import(lines), 87);
      equal(await kept(to), await kept(from));
    }
    await refused(from.import(`${FIRST}\n \n{"end":1}\n`), 'invalid-argument', /^line 4: there are 0 events/);
  },

  async 'a journal is copied into another one'(room) {
    const [from, to] = [room.journal(), room.another().journal()];
    await fill(from);
    const told = [];
    equal(await copyJournal(from, to, { onProgress: (progress) => told.push(progress) }), 87);
    equal(await kept(to), await kept(from));
    equal(told.at(-1), { done: 174, total: 174 });
    const message = /"a" is there already/;
    const other = room.another().journal();
    await other.append('a', counted(10), 0);
    equal((await refused(copyJournal(from, other), 'conflict', message)).persistenceId, 'a');
  },

  async 'a copy can be aborted'(room) {
    const [from, to] = [room.journal(), room.another().journal()];
    await fill(from);
    const abort = new AbortController();
    const reason = new Error('enough');
    const options = { signal: abort.signal, onProgress: () => abort.abort(reason) };
    equal(await copyJournal(from, to, options).catch((error) => error === reason), true);
    equal(await to.import([FIRST], { signal: abort.signal }).catch((error) => error === reason), true);
    const late = new AbortController();
    const stalled = new ReadableStream({ pull: () => new Promise(() => undefined) });
    const imported = to.import(stalled, { signal: late.signal }).catch((error) => error === reason);
    late.abort(reason);
    equal(await imported, true);
    equal((await kept(to)).events, []);
  },

  async 'an import that is aborted goes on when it is repeated'(room) {
    const [from, to] = [room.journal(), room.another().journal()];
    for (let round = 0; round < 4; round++) await from.append('a', counted(1000), round * 1000);
    const { text } = await exported(from);
    const abort = new AbortController();
    const onProgress = ({ done }) => done > 0 && abort.abort(new Error('enough'));
    equal(await to.import(text, { signal: abort.signal, onProgress }).catch(({ message }) => message), 'enough');
    const left = await to.highestSeq('a');
    ok(left > 0 && left < 4000, `${left} events stay`);
    equal(await to.import(text), 4000);
    equal(await kept(to), await kept(from));
  },

  async 'a wrong line is refused with its number'(room) {
    const journal = room.journal();
    await refused(journal.import(`${FIRST}{"end":1}\n`), 'invalid-argument', /^line 2: there are 0 events/);
    await refused(journal.import(`${FIRST}{"persistenceId":"a"}\n`), 'invalid-argument', /^line 2: .*sequenceNr/);
    await refused(journal.import('no lines'), 'invalid-argument', /^line 1: /);
    await refused(journal.import(FIRST.replace('1', '2')), 'newer-version', /^line 1: /);
    await refused(journal.import(FIRST), 'invalid-argument', /cut short behind line 1/);
    await refused(journal.import(''), 'invalid-argument', /cut short behind line 0/);
    await refused(journal.import([new Uint8Array([0xff])]), 'invalid-argument', /UTF-8/);
    equal(await journal.import(`${FIRST}{"end":0}`), 0);
  },

  async 'wrong options of copies are refused'(room) {
    const journal = room.journal();
    thrown(() => journal.backup({ signal: 7 }), 'invalid-argument', /backup: options: signal must be an AbortSignal/);
    await refused(() => all(journal.export({ stores: 1 })), 'invalid-argument', /export: options: there is no "stores"/);
    await refused(() => journal.import('', { snapshotStore: {} }), 'invalid-argument', /snapshotStore must be a snapshot store/);
    const lines = [7, null, undefined, {}, () => '', true];
    for (const wrong of lines) await refused(() => journal.import(wrong), 'invalid-argument', /import: lines must be a string, a Uint8Array, a Blob/);
    for (const wrong of [[7], [null], [['a']], [new Uint16Array(2)]]) await refused(() => journal.import(wrong), 'invalid-argument', /import: lines: each piece must be/);
    const store = room.snapshots();
    await refused(() => copyJournal(undefined, journal), 'invalid-argument', /copyJournal: from must be a journal/);
    await refused(() => copyJournal(journal, {}), 'invalid-argument', /copyJournal: to must be a journal/);
    await refused(() => copyJournal(journal, journal, null), 'invalid-argument', /copyJournal: options must be an object/);
    await refused(() => copyJournal(journal, journal, { fromSnapshot: store }), 'invalid-argument', /there is no "fromSnapshot"/);
    await refused(() => copyJournal(journal, journal, { toSnapshots: 7 }), 'invalid-argument', /toSnapshots must be a snapshot store/);
    await refused(() => copyJournal(journal, journal, { toSnapshots: store }), 'invalid-argument', /toSnapshots is given without fromSnapshots/);
    await refused(() => copyJournal(journal, journal, { fromSnapshots: store }), 'invalid-argument', /fromSnapshots is given without toSnapshots/);
    await refused(() => journal.backupTo(''), 'invalid-argument', /backupTo: path/);
    await refused(() => restore(':memory:', new Blob()), 'invalid-argument', /":memory:"/);
    await refused(() => restore('x', 7), 'invalid-argument', /restore: source must be a Blob/);
  },
};

/** The bytes of a journal's backup, as a Blob. */
async function backedUp(room) {
  const journal = room.journal();
  await fill(journal);
  const blob = await blobOf(journal.backup());
  const contents = await kept(journal);
  await journal.close();
  return { blob, contents };
}

export const restores = {
  async 'a backup is restored elsewhere, from a Blob and from a stream'(room) {
    const { blob, contents } = await backedUp(room);
    for (const source of [blob, blob.stream()]) {
      const other = room.another();
      const told = [];
      await restore(other.path, source, { onProgress: (progress) => told.push(progress) });
      rises(told);
      equal(told.at(-1), { done: blob.size, total: blob.size });
      equal(await kept(other.journal()), contents);
    }
  },

  async 'a backup takes the place of what is there'(room) {
    const { blob, contents } = await backedUp(room);
    const journal = room.journal();
    await journal.append('later', counted(500), 0);
    await journal.close();
    await restore(room.path, blob);
    const restored = room.journal();
    equal(await kept(restored), contents);
    equal((await restored.append('a', [{ event: 'goes on' }], 60))[0].sequenceNr, 61);
  },

  async 'a copy that is wrong is refused, and the old one stays'(room) {
    const { blob, contents } = await backedUp(room);
    const bytes = new Uint8Array(await blob.arrayBuffer());
    const damaged = bytes.slice();
    damaged.fill(0xa5, 5 * 4096, 6 * 4096);
    const wrong = { empty: [], text: ['no database'.repeat(1000)], 'cut short': [bytes.slice(0, -4096)], damaged: [damaged] };
    for (const [what, parts] of Object.entries(wrong)) {
      const error = await refused(restore(room.path, new Blob(parts)), 'corrupt');
      ok(error, what);
    }
    const failing = new ReadableStream({ pull: () => Promise.reject(new Error('lost')) });
    equal(await restore(room.path, failing).catch(({ message }) => message), 'lost');
    equal(await kept(room.journal()), contents);
  },

  async 'a database that is open is not restored'(room) {
    const { blob } = await backedUp(room);
    const journal = room.journal();
    await journal.append('later', counted(5), 0);
    await refused(restore(room.path, blob, { busyTimeoutMs: 0 }), 'locked');
    equal(await journal.highestSeq('later'), 5);
    await journal.close();
    await restore(room.path, blob);
    equal(await room.journal().highestSeq('later'), 0);
  },

  async 'a restore that is aborted leaves the old one'(room) {
    const { blob, contents } = await backedUp(room);
    const abort = new AbortController();
    const options = { signal: abort.signal, onProgress: () => abort.abort(new Error('enough')) };
    equal(await restore(room.path, blob, options).catch(({ message }) => message), 'enough');
    equal(await kept(room.journal()), contents);
  },

  async 'a backup under load is what stood there at one moment'(room) {
    const journal = room.journal();
    for (let round = 0; round < 20; round++) await journal.append('before', Array.from({ length: 500 }, () => ({ event: 'x'.repeat(200) })), round * 500);
    let ended = false;
    let head = 0;
    const writing = (async () => {
      while (!ended) {
        await journal.append('load', counted(3), head);
        head += 3;
      }
    })();
    const before = head;
    const blob = await blobOf(journal.backup());
    ended = true;
    await writing;
    const other = room.another();
    await restore(other.path, blob);
    const copied = other.journal();
    const found = await copied.highestSeq('load');
    ok(before <= found && found <= head && found % 3 === 0, `${before} <= ${found} <= ${head}`);
    equal(await copied.highestSeq('before'), 10_000);
    const positions = (await all(copied.allEvents())).map(({ position }) => position);
    equal(positions, positions.map((_, i) => i + 1));
  },

  async 'snapshots are copied with their journal'(room) {
    const [from, snapshots] = [room.journal(), room.snapshots()];
    await fill(from);
    for (const seq of [10, 20, 30]) await snapshots.save('a', seq, { seq }, { manifest: 'state', version: 2 });
    const other = room.another();
    const [to, there] = [other.journal(), other.snapshots()];
    await copyJournal(from, to, { fromSnapshots: snapshots, toSnapshots: there });
    equal(await kept(to), await kept(from));
    for (const seq of [31, 30, 20]) equal(await there.loadBefore('a', seq), await snapshots.loadBefore('a', seq));
    const { text } = await exported(from, { snapshotStore: snapshots });
    const third = room.another().journal();
    await refused(third.import(text), 'invalid-argument', /^line 3: a snapshot is to be copied, and no store/);
    equal(await third.persistenceIds(), []);
    const elsewhere = { snapshotStore: there };
    await refused(() => all(from.export(elsewhere)), 'invalid-argument', /the journal's own database/);
  },
};
