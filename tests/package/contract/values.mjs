import { cborCodec } from '../actor-journal.mjs';
import { equal, ok, refused } from '../assert.mjs';
import { all, contents, entries, seqs, tagged } from '../events.mjs';

function cycle() {
  const value = { list: [] };
  value.list.push(value);
  return value;
}

function nested(depth) {
  return depth === 0 ? 'deep' : [nested(depth - 1)];
}

class Money {
  amount = 5;
}

/** Values that JSON would change, and where in them. */
const CHANGED = [
  [undefined, /\$ is undefined/],
  [[1, undefined], /\$\[1\] is undefined/],
  [{ rate: Number.NaN }, /\$\.rate is NaN/],
  [{ a: [{ b: -Infinity }] }, /\$\.a\[0\]\.b is -Infinity/],
  [{ debt: -0 }, /\$\.debt is -0/],
  [{ 'two words': 1n }, /\$\["two words"\] is a BigInt/],
  [{ at: new Date(0) }, /\$\.at is an instance of Date/],
  [{ items: new Map() }, /\$\.items is an instance of Map/],
  [[[new Set()]], /\$\[0\]\[0\] is an instance of Set/],
  [{ bytes: new Uint8Array(2) }, /\$\.bytes is an instance of Uint8Array/],
  [{ price: new Money() }, /\$\.price is an instance of Money/],
  [{ then: () => 1 }, /\$\.then is a function/],
  [{ kind: Symbol('x') }, /\$\.kind is a symbol/],
  [{ [Symbol('hidden')]: 1 }, /\$ is an object with symbol or hidden keys/],
  [[1, , 3], /\$ is an array with a hole at 1/],
  [cycle(), /\$\.list\[0\] is a cycle/],
  [{ text: 'half \ud800' }, /\$\.text is a string with half a surrogate pair/],
  [{ when: { toJSON: () => 'otherwise' } }, /\$\.when\.toJSON is a function/],
  [nested(150), /deeper than 100 levels/],
];

/** Values that look plain. */
const DISGUISED = [
  [Object.defineProperty({ seen: 1 }, 'hidden', { value: 2 }), /\$ is an object with symbol or hidden keys/],
  [{ in: Object.setPrototypeOf(new Date(0), Object.prototype) }, /\$\.in is an instance of Object/],
  [[Object.setPrototypeOf(Object(true), Object.prototype)], /\$\[0\] is an instance of Object/],
  [Object.assign([1], { note: 2 }), /\$ is an array with keys that are not indices/],
  [Object.assign([1], { [Symbol('x')]: 2 }), /\$ is an array with keys that are not indices/],
  [new (class Items extends Array {})(), /\$ is an instance of Items/],
  [Object.create({ inherited: 1 }), /\$ is an instance of Object/],
  [{ '\udc00': 1 }, /\$ is an object with a key with half a surrogate pair/],
  [{ fine: [1], list: [{ deeper: [new Array(2)] }] }, /\$\.list\[0\]\.deeper\[0\] is an array with a hole at 0/],
  [nested(101), /deeper than 100 levels/],
];

const shared = { twice: 'but not in itself' };

/** Values that look odd. */
const PLAIN = [nested(100), { shared, again: [shared, shared] }, Object.freeze({ list: Object.freeze([1]) }), { length: 1, 0: 'one' }];

const JSON_VALUES = [
  null, true, false, 0, -1, 1.5, 1e300, 5e-324, Number.MAX_SAFE_INTEGER, '', 'text', '\0\u0001"\\',
  '\u2028\u2029', '😀', [], {}, [[]], { a: { b: [1, { c: null }] } }, { '': 1, ' ': 2 }, nested(50),
  JSON.parse('{"__proto__": 1, "constructor": 2}'),
];

const CBOR_VALUES = [
  ...JSON_VALUES, undefined, [undefined], Number.NaN, Infinity, -Infinity, -0, 1n, -(2n ** 80n), 2n ** 64n,
  new Date(0), new Date(1_700_000_000_123), new Date(-5), new Uint8Array([0, 255]), new Uint8Array(),
  new Map([['a', 1], ['b', new Map([[1, new Date(5)]])]]), new Map(), new Map([[{ key: 1 }, [2]]]),
  new Set([1, 'a', [2]]), new Set([new Uint8Array(), new Uint8Array()]), '\ufeffmarked', { nested: { at: new Date(1), of: [new Set(['x'])], raw: new Uint8Array(3) } },
];

/** CBOR that this package does not write, and the values that it stands for. */
const FOREIGN = [
  ['a10102', new Map([[1, 2]])], ['9f01ff', [1]], ['bf616101ff', { a: 1 }], ['1bffffffffffffffff', 2n ** 64n - 1n], ['f93c00', 1],
  ['c074323032302d30312d30315430303a30303a30305a', new Date('2020-01-01T00:00:00Z')], ['d9d9f701', 1],
];

/**
 * Cut short, too long, breaks out of place, no UTF-8, tags on the wrong kind or unknown, simple values,
 * strings in pieces, keys that stand twice, far too deep.
 */
const BROKEN = [
  '', '8201', '5f', '5f4101', 'd90103', '0101', 'ff', '8101ff', 'a16161ff', 'bf6161ffff', '62c328', '5f6161ff', 'c205',
  'c2820102', 'd9010263616263', 'd9010380', 'c16161', 'c1f97e00', 'c001', 'd9270f01', 'e0', 'f818', '1c',
  '7f616161626162ff', '5f4101420203ff', 'a2616101616102', 'a201020103', 'bf616101616102ff', 'd90103a2616101616102', 'a20102f93c0003', '81'.repeat(200_000) + '01',
];

function bytes(hex) {
  return Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
}

function throws(call) {
  try {
    call();
    return false;
  } catch {
    return true;
  }
}

/** A codec of one's own. What is put into `forgotten` it cannot read any more. */
function spelling() {
  const forgotten = new Set();
  return {
    name: 'spelling',
    forgotten,
    encode(text) {
      if (text === 'unwritable') throw new Error('cannot be spelled');
      return new TextEncoder().encode([...text].join('-'));
    },
    decode(bytes) {
      const text = new TextDecoder().decode(bytes).replaceAll('-', '');
      if (forgotten.has(text)) throw new Error('misspelled');
      return text;
    },
  };
}

async function kept(journal, values) {
  const written = await journal.append('a', entries(...values), 0);
  equal(contents(written), values, 'the answer');
  const read = contents(await journal.read('a', 1));
  equal(read, values, 'the stream');
  values.forEach((value, i) => equal(Object.getPrototypeOf(Object(read[i])), Object.getPrototypeOf(Object(value)), `prototype of ${i}`));
}

export const values = {
  async 'what JSON keeps comes back as it was'(room) {
    await kept(room.journal(), JSON_VALUES);
  },

  async 'what JSON would change is refused, with its path'(room) {
    const journal = room.journal();
    for (const [value, path] of CHANGED) {
      await refused(journal.append('a', [{ event: 'fine' }, { event: value }], 0), 'unencodable', path);
      await refused(journal.append('a', entries(value), 0), 'unencodable', /entries\[0\]\.event/);
    }
    equal(await journal.highestSeq('a'), 0);
    equal(await journal.persistenceIds(), []);
    equal(seqs(await journal.append('a', entries('next'), 0)), [1]);
  },

  async 'what only looks plain is refused, and what only looks odd is kept'(room) {
    const journal = room.journal();
    for (const [value, path] of DISGUISED) await refused(journal.append('a', entries(value), 0), 'unencodable', path);
    await kept(journal, PLAIN);
    const bare = Object.assign(Object.create(null), { no: 'prototype' });
    equal((await journal.append('b', entries(bare), 0))[0].event, { no: 'prototype' });
  },

  async 'text of any width fits beside other text'(room) {
    const texts = ['plain', 'Zoë', '日本語', '👩‍🚀', 'é'.repeat(1000), '€'.repeat(70_000), '', 'plain again'];
    await kept(room.journal(), texts);
    const journal = room.journal();
    for (const [head, text] of texts.entries()) equal((await journal.append('b', [tagged(text, 'ü')], head))[0].event, text);
    equal(contents(await journal.read('b', 1)), texts);
    equal((await all(journal.eventsByTag('ü'))).length, texts.length);
  },

  async 'a property that is undefined is left out'(room) {
    const journal = room.journal();
    await journal.append('a', entries({ note: undefined, amount: 1 }), 0);
    const [{ event }] = await journal.read('a', 1);
    equal(event, { amount: 1 });
  },

  async 'what CBOR keeps comes back as it was'(room) {
    await kept(room.journal({ codec: 'cbor' }), CBOR_VALUES);
  },

  async 'what CBOR does not keep is refused'(room) {
    const journal = room.journal({ codec: 'cbor' });
    const refusals = [new Money(), () => 1, Symbol('x'), new Date(Number.NaN), cycle(), [1, , 3], new Float32Array(1),
      ...[new Map(), new Date(0), new Set([1])].map((value) => Object.assign(value, { note: 1 })), Object.assign(new Map(), { [Symbol('x')]: 1 })];
    for (const value of refusals) await refused(journal.append('a', entries({ in: value }), 0), 'unencodable', /\$\.in/);
    equal(await journal.highestSeq('a'), 0);
  },

  async 'CBOR of large values comes back as it was'(room) {
    const text = 'é'.repeat(500_000);
    const bytes = new Uint8Array(500_000).fill(7);
    const list = Array.from({ length: 200_000 }, (_, i) => i);
    await kept(room.journal({ codec: 'cbor' }), [text, bytes, list, new Map(list.map((n) => [n, -n])), new Set(list)]);
  },

  async 'CBOR of other writers is read, or refused where it is broken'() {
    const { decode } = cborCodec();
    for (const [hex, value] of FOREIGN) equal(decode(bytes(hex)), value, hex);
    for (const hex of BROKEN) ok(throws(() => decode(bytes(hex))), `${hex} is refused`);
  },

  async 'a codec of one’s own is used both ways'(room) {
    const journal = room.journal({ codec: spelling() });
    const [written] = await journal.append('a', entries('word'), 0);
    equal(written.event, 'word');
    equal(contents(await journal.read('a', 1)), ['word']);
    equal(contents(await all(journal.allEvents())), ['word']);
    const error = await refused(journal.append('a', entries('fine', 'unwritable'), 1), 'unencodable', /spelling/);
    ok(/cannot be spelled/.test(error.cause?.message), 'its cause');
    await refused(room.journal({ codec: { name: 'x', encode: String, decode: String } }).append('b', entries(1), 0), 'unencodable');
  },

  async 'what a codec cannot read back is refused, and nothing is written'(room) {
    const codec = spelling();
    codec.forgotten.add('unreadable');
    const journal = room.journal({ codec });
    journal.events.subscribe(() => undefined);
    const error = await refused(journal.append('a', entries('fine', 'unreadable'), 0), 'unencodable', /entries\[1\]\.event.*misspelled/);
    ok(/misspelled/.test(error.cause?.message), 'its cause');
    equal(await journal.highestSeq('a'), 0);
  },

  async 'a codec that passes bytes on shares none with the caller'(room) {
    const journal = room.journal({ codec: { name: 'bytes', encode: (value) => value, decode: (value) => value } });
    let stop;
    const heard = new Promise((told) => (stop = journal.events.subscribe(({ event }) => told(event))));
    const mine = new Uint8Array([1, 2, 3]);
    const appending = journal.append('a', entries(mine), 0);
    mine.fill(9);
    const [{ event }] = await appending;
    equal(event, new Uint8Array([1, 2, 3]), 'the answer');
    event.fill(8);
    equal(await heard, new Uint8Array([1, 2, 3]), 'what listeners see');
    stop();
    equal((await journal.read('a', 1))[0].event, new Uint8Array([1, 2, 3]), 'the stream');
  },

  async 'an event that cannot be decoded is an error behind those before it'(room) {
    const codec = spelling();
    const journal = room.journal({ codec });
    await journal.append('a', entries('one', 'two', 'three', 'four'), 0);
    codec.forgotten.add('three');
    const seen = [];
    const replaying = async () => {
      for await (const { event } of journal.replay('a')) seen.push(event);
    };
    const error = await refused(replaying, 'undecodable', /codec spelling cannot decode seq 3 of "a"/);
    equal([error.persistenceId, error.sequenceNr], ['a', 3]);
    ok(/misspelled/.test(error.cause?.message), 'its cause');
    equal(seen, ['one', 'two']);
    equal(contents(await journal.read('a', 4)), ['four']);
  },
};
