import { JournalError } from 'actor-journal';
import type { AnyActorLogic, AnyEventObject } from 'xstate';
import type { PersistActorOptions } from './persist.js';

type Check = (value: unknown) => boolean;

const isFunction: Check = (value) => value === undefined || typeof value === 'function';

const has = (...methods: readonly string[]): Check => {
  return (value) =>
    typeof value === 'object' &&
    value !== null &&
    methods.every((name) => typeof Reflect.get(value, name) === 'function');
};

const OPTIONS: { readonly [K in keyof Required<PersistActorOptions<AnyActorLogic>>]: Check } = {
  journal: has('append', 'read', 'replay', 'highestSeq'),
  snapshotStore: (value) => value === undefined || has('save', 'loadLatest')(value),
  persistenceId: (value) => typeof value === 'string',
  snapshotEvery: (value) => value === undefined || (Number.isSafeInteger(value) && Number(value) > 0),
  input: () => true,
  clock: (value) => value === undefined || has('setTimeout', 'clearTimeout')(value),
  logger: isFunction,
  onError: isFunction,
  onSnapshotFailure: isFunction,
};

/** @throws `invalid-argument` for logic and options that are wrong, and options that do not exist. */
export function checkOptions(logic: unknown, options: object): void {
  if (!has('transition', 'getInitialSnapshot')(logic)) throw invalid('the first argument is no logic of XState 5');
  if (typeof options !== 'object' || options === null) throw invalid('the options must be an object');
  for (const name of Object.keys(options)) {
    if (!Object.hasOwn(OPTIONS, name)) throw invalid(`there is no option ${JSON.stringify(name)}`);
  }
  for (const [name, is] of Object.entries(OPTIONS)) {
    if (!is(Reflect.get(options, name))) throw invalid(`the option ${name} is wrong or missing`);
  }
}

/** @throws `invalid-argument` for what is no event. */
export function checkEvent(event: AnyEventObject): void {
  if (typeof (event as Partial<AnyEventObject> | undefined | null)?.type === 'string') return;
  throw new JournalError('invalid-argument', 'send: an event must be an object with a type, which is a string');
}

function invalid(message: string): JournalError {
  return new JournalError('invalid-argument', `persistActor: ${message}`);
}
