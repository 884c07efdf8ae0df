/** What a restore looks at, what it tells, and how it ends before its time. */
import { nativeDriver, opfsDriver, restore } from '../actor-journal.mjs';
import { equal, ok, refused } from '../assert.mjs';
import { counted } from '../events.mjs';

const driver = 'document' in globalThis ? opfsDriver() : nativeDriver();

/** The bytes of a backup of a journal of so many events, of which one is called `needle`. */
async function backedUp(room, events = 50) {
  const journal = room.another().journal();
  await journal.append('a', counted(events - 1), 0);
  await journal.append('a', [{ event: 'needle', tags: ['thread'] }], events - 1);
  const bytes = new Uint8Array(await new Response(journal.backup()).arrayBuffer());
  await journal.close();
  return bytes;
}

/** A closed journal of three events. */
async function three(room) {
  const journal = room.journal();
  await journal.append('a', counted(3), 0);
  await journal.close();
}

async function headOf(room) {
  const journal = room.journal();
  const head = await journal.highestSeq('a');
  await journal.close();
  return head;
}

/** The bytes with another text in the place of one that is as long. */
function changed(bytes, from, to) {
  const [was, is] = [from, to].map((text) => new TextEncoder().encode(text));
  const at = bytes.findIndex((_, i) => was.every((byte, j) => bytes[i + j] === byte));
  ok(at > 0, `${from} is there`);
  const other = bytes.slice();
  other.set(is, at);
  return other;
}

/** The first bytes of a copy, and nothing more. Tells of it when it is cancelled. */
function stalled(bytes) {
  let cancel;
  const cancelled = new Promise((resolve) => (cancel = resolve));
  const start = (controller) => controller.enqueue(bytes.slice(0, 5000));
  const pull = () => new Promise(() => undefined);
  return { stream: new ReadableStream({ start, pull, cancel }), cancelled };
}

/** Another owner takes the database over when all bytes have come. */
const overtaken = {
  name: 'overtaken',
  async binding(path) {
    const binding = await driver.binding(path);
    const openRestore = async (...args) => {
      let handle = await binding.openRestore(...args);
      return {
        write: (...piece) => handle.write(...piece),
        close: () => handle.close(),
        async finish(length) {
          await handle.close();
          handle = await binding.openRestore(...args);
          return handle.finish(length);
        },
      };
    };
    return { openRestore };
  },
};

export const restoring = {
  async 'bytes in memory are restored'(room) {
    const bytes = await backedUp(room);
    const padded = new Uint8Array(bytes.length + 100);
    padded.set(bytes, 50);
    const views = [bytes, padded.subarray(50, 50 + bytes.length), new DataView(padded.buffer, 50, bytes.length)];
    for (const view of views) {
      const other = room.another();
      await three(other);
      await restore(other.path, view);
      equal(await headOf(other), 50);
    }
    equal(bytes.byteLength > 0, true, 'they are still there');
  },

  async 'a copy of which a row was changed is refused'(room) {
    const bytes = await backedUp(room);
    await three(room);
    for (const [from, to] of [['"needle"', '"noodle"'], ['thread', 'dreath']]) {
      await refused(restore(room.path, changed(bytes, from, to)), 'corrupt', /the copy is damaged: a 50: /);
    }
    equal(await headOf(room), 3);
  },

  async 'progress is whole when all has taken place, and not before'(room) {
    const bytes = await backedUp(room, 5000);
    const total = bytes.length;
    for (const source of [bytes, new Blob([bytes]), new Blob([bytes]).stream()]) {
      const told = [];
      await restore(room.path, source, { onProgress: (progress) => told.push(progress) });
      ok(told.every(({ done }, i) => done >= (told[i - 1]?.done ?? 0)), 'it rises');
      equal(told.at(-1), { done: total, total });
      equal(told.filter((each) => each.done === each.total).length, 1);
      ok(told.some(({ done }) => 3 * done > total && done < total), 'behind the last piece');
    }
  },

  async 'who opens a database that is being restored is told that it is locked'(room) {
    const { stream, cancelled } = stalled(await backedUp(room));
    await three(room);
    const abort = new AbortController();
    const reason = new Error('enough');
    let begin;
    const begun = new Promise((resolve) => (begin = resolve));
    const restored = restore(room.path, stream, { signal: abort.signal, onProgress: begin });
    await begun;
    await refused(headOf(room), 'locked', /a restore into the database .* is under way/);
    await refused(restore(room.path, new Blob()), 'locked');
    abort.abort(reason);
    equal(await restored.catch((error) => error === reason), true);
    equal((await cancelled) === reason, true);
    equal(await headOf(room), 3);
  },

  async 'a source that fails or is none is refused, and cancelled'(room) {
    const bytes = await backedUp(room);
    await three(room);
    const { stream, cancelled } = stalled(bytes);
    const ended = new Error('ended');
    const onProgress = () => {
      throw ended;
    };
    equal(await restore(room.path, stream, { onProgress }).catch((error) => error === ended), true);
    await cancelled;
    const early = stalled(bytes);
    equal(await restore(room.path, early.stream, { signal: AbortSignal.abort(ended) }).catch((error) => error === ended), true);
    equal((await early.cancelled) === ended, true);
    const text = new ReadableStream({ start: (controller) => controller.enqueue('SQLite format 3') });
    await refused(restore(room.path, text), 'invalid-argument', /restore: source must be a stream of Uint8Arrays/);
    equal(await headOf(room), 3);
  },

  async 'a restore that is aborted wherever it tells of progress leaves the old database'(room) {
    const bytes = await backedUp(room, 5000);
    await three(room);
    for (let [at, isWhole] = [0, false]; !isWhole; at++) {
      const abort = new AbortController();
      let told = 0;
      const onProgress = ({ done, total }) => {
        isWhole = done === total;
        if (isWhole || told++ === at) abort.abort(new Error('enough'));
      };
      const restored = restore(room.path, bytes, { signal: abort.signal, onProgress });
      equal(await restored.catch(({ message }) => message), isWhole ? undefined : 'enough');
      equal(await headOf(room), isWhole ? 5000 : 3);
    }
  },

  async 'an abort that comes at any time leaves what the restore answers'(room) {
    const [few, many] = [await backedUp(room, 3), await backedUp(room.another(), 2000)];
    for (let turns = 0; turns < 30; turns++) {
      await restore(room.path, few);
      const abort = new AbortController();
      const restored = restore(room.path, many, { signal: abort.signal }).catch(({ message }) => message);
      for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setTimeout(resolve));
      abort.abort(new Error('enough'));
      const isThere = (await restored) === undefined;
      equal(await headOf(room), isThere ? 2000 : 3);
    }
  },

  async 'a restore that another owner goes on with is lost, not corrupt'(room) {
    const bytes = await backedUp(room);
    await three(room);
    await refused(restore(room.path, bytes, { driver: overtaken }), 'lost', /Restore it again/);
    equal(await headOf(room), 3);
  },
};
