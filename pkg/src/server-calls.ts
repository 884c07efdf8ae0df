/**
 * What may be called on what is served, and with which arguments. Bindings take nothing else: a value
 * of another kind would go wrong in the middle of the core.
 */
import { check, fieldsOf, invalid, isArray, isBoolean, isText, listOf, must, oneOf, type Check } from './arguments.js';
import type {
  Binding,
  BindingFilter,
  BindingProjection,
  BindingSkipped,
  DurableStatesHandle,
  DurableStatesOpenOptions,
  JournalHandle,
  JournalOpenOptions,
  Manifest,
  RestoreHandle,
  RestoreOpenOptions,
  SnapshotBounds,
  SnapshotsHandle,
  SnapshotsOpenOptions,
} from './binding.js';
import type { CallOf, OpeningCall } from './protocol.js';

/** A check for each argument of each method that answers. */
type Signatures<T> = { readonly [C in CallOf<T> as C['method']]: ChecksOf<C['args']> };

type ChecksOf<Args extends readonly unknown[]> = { readonly [I in keyof Args]-?: Check };

/** The methods of one thing that is served. */
export type Methods = Readonly<Record<string, readonly Check[]>>;

const isNumber = must('a number', (value) => typeof value === 'number');
const isBytes = must('bytes', (value) => value instanceof Uint8Array);

const optional =
  (is: Check): Check =>
  (value) =>
    value === undefined ? undefined : is(value);

/** An object that has these of its fields. */
const having =
  (is: Check, ...names: readonly string[]): Check =>
  (value) => {
    const wrong = is(value);
    if (wrong !== undefined) return wrong;
    const missing = names.find((name) => Reflect.get(value as object, name) === undefined);
    return missing && ` has no ${missing}`;
  };

const isManifest = fieldsOf<Manifest>({ manifest: isText, version: isNumber });
const isBounds = fieldsOf<SnapshotBounds>({
  minSeq: isNumber,
  maxSeq: isNumber,
  minTimestamp: isNumber,
  maxTimestamp: isNumber,
});
const isFilter = having(
  fieldsOf<BindingFilter>({ all: listOf(isText), any: listOf(isText), not: listOf(isText) }),
  'all',
  'any',
  'not',
);

const isProjection = having(fieldsOf<BindingProjection>({ name: isText, tables: listOf(isText) }), 'name', 'tables');
const isSkipped = having(
  fieldsOf<BindingSkipped>({
    persistenceId: isText,
    sequenceNr: isNumber,
    position: isNumber,
    error: isText,
    timestamp: isNumber,
  }),
  'persistenceId',
  'sequenceNr',
  'position',
  'error',
  'timestamp',
);

const DATABASE = { path: isText, busyTimeoutMs: isNumber, checkpointPages: isNumber, readOnly: isBoolean };

const OPENINGS: Signatures<Binding> = {
  openJournal: [
    having(fieldsOf<JournalOpenOptions>({ ...DATABASE, eventsTable: isText, wal: isBoolean, synchronous: isText }), 'path'),
  ],
  openSnapshots: [having(fieldsOf<SnapshotsOpenOptions>({ ...DATABASE, snapshotsTable: isText, keepN: isNumber }), 'path')],
  openDurableStates: [having(fieldsOf<DurableStatesOpenOptions>({ ...DATABASE, statesTable: isText }), 'path')],
  openRestore: [having(fieldsOf<RestoreOpenOptions>({ path: isText, busyTimeoutMs: isNumber }), 'path'), optional(isText)],
};

const JOURNAL: Signatures<JournalHandle> = {
  append: [isBytes],
  replayPage: [isText, isNumber, isNumber, isNumber, isBoolean],
  eventsPage: [isFilter, isNumber, isNumber, isNumber],
  liveReplayPage: [isText, isNumber, isNumber, isBoolean, isNumber],
  liveEventsPage: [isFilter, isNumber, isNumber],
  endLive: [isNumber],
  lastPosition: [],
  highestSeq: [isText],
  delete: [isText, isNumber],
  raiseCompactionMark: [isText, isNumber],
  persistenceIds: [optional(isText), isNumber],
  livePersistenceIdsPage: [isNumber, isNumber],
  verifyPart: [isText],
  backupBegin: [],
  backupRead: [isNumber, isNumber, isNumber],
  backupEnd: [isNumber],
  exportPage: [optional(isText), optional(isText), isBoolean],
  importPage: [isText, optional(isText), optional(isText), isBoolean],
  beginProjection: [isProjection, isText, isBoolean],
  applyChanges: [isProjection, isNumber, isNumber, isNumber, isBytes],
  skipEvent: [isProjection, isNumber, isNumber, isSkipped],
  checkUncompacted: [isProjection],
  swapProjection: [isProjection, isNumber],
  queryProjection: [isProjection, optional(isNumber), isText, isBytes],
  skippedEvents: [isProjection, isNumber, isNumber],
  close: [],
};

const SNAPSHOTS: Signatures<SnapshotsHandle> = {
  save: [isText, isNumber, isBytes, isManifest],
  saveAndCompact: [isText, isNumber, isBytes, isManifest, isText],
  load: [isText, isBounds],
  delete: [isText, isNumber],
  verifyPart: [isText, optional(isText)],
  close: [],
};

const STATES: Signatures<DurableStatesHandle> = {
  load: [isText],
  change: [isText, isNumber, optional(isBytes), isManifest, isBytes],
  verifyPart: [isText],
  close: [],
};

const RESTORE: Signatures<RestoreHandle> = { write: [isNumber, isBytes], finish: [isNumber], close: [] };

/** What each opening call opens. */
const OPENED: Readonly<Record<OpeningCall['method'], Methods>> = {
  openJournal: JOURNAL,
  openSnapshots: SNAPSHOTS,
  openDurableStates: STATES,
  openRestore: RESTORE,
};

/**
 * The methods of what an opening call opens.
 *
 * @throws `invalid-argument`
 */
export function methodsOf(method: unknown, args: unknown): Methods {
  assertCall(OPENINGS, method, args);
  return OPENED[method as OpeningCall['method']];
}

/** @throws `invalid-argument` unless it is one of the methods, with its arguments. */
export function assertCall(methods: Methods, method: unknown, args: unknown): void {
  check('method', method, oneOf(...Object.keys(methods)));
  check(`${method}: arguments`, args, isArray);
  const [checks, given] = [methods[method as string]!, args as readonly unknown[]];
  if (given.length > checks.length) throw invalid(`${method}: takes ${checks.length} arguments, not ${given.length}`);
  checks.forEach((is, i) => check(`${method}: argument ${i + 1}`, given[i], is));
}
