import { check, checkOptions, isCount, isText, isToken } from './arguments.js';
import { manifested, manifestOf } from './arguments-manifest.js';
import type { DurableStatesHandle, Manifest } from './binding.js';
import { Payloads, type CodecChoice } from './codec.js';
import { Opening } from './opening.js';
import { lostWithToken, orLost, tokenOf } from './token.js';
import { verified } from './verify.js';
import type { ChangeOptions, DurableState, DurableStateStore } from './types-durable.js';
import type { LongOptions } from './types-long.js';
import type { Verification } from './types-verification.js';

const areSaveOptions = manifested<ChangeOptions & Manifest>({ token: isToken });

/**
 * What a load gives of a state that is saved in a store of this package, a new object each time; the
 * state itself where somebody else's store decides that.
 *
 * @throws `unencodable`
 */
export let reread: <State>(store: DurableStateStore, state: State) => State;

/** Where a durable state store's handle comes from and what it is called. */
export interface DurableStatesSource {
  readonly name: string;
  readonly codec: CodecChoice | undefined;
  open(): Promise<DurableStatesHandle>;
}

/** The {@link DurableStateStore} over a binding's handle: the same for every store and platform. */
export class HandleDurableStateStore implements DurableStateStore {
  readonly #handle: Opening<DurableStatesHandle>;
  readonly #payloads: Payloads;

  static {
    reread = <State>(store: DurableStateStore, state: State): State =>
      #payloads in store ? (store.#payloads.encodeAll([state], () => 'save: state').decoded()[0] as State) : state;
  }

  protected constructor(source: DurableStatesSource) {
    this.#handle = new Opening(source.name, () => source.open());
    this.#payloads = new Payloads(source.codec);
  }

  async load<State = unknown>(id: string): Promise<DurableState<State>> {
    check('load: id', id, isText);
    const found = await this.#handle.use((handle) => handle.load(id));
    const { sequenceNr: revision, state: bytes, ...rest } = found;
    const held = { persistenceId: id, revision, ...rest };
    if (!bytes) return held;
    return { ...held, state: this.#payloads.decode(bytes, id, revision, 'revision') as State };
  }

  async save<State>(
    id: string,
    revision: number,
    state: State,
    options: ChangeOptions & Manifest = {},
  ): Promise<number> {
    checkPlace('save', id, revision);
    check('save: options', options, areSaveOptions);
    const manifest = manifestOf(options) ?? {};
    const bytes = this.#payloads.encode(state, 'save: state');
    return this.#change(id, revision, bytes, manifest, tokenOf(options.token));
  }

  async delete(id: string, revision: number, options: ChangeOptions = {}): Promise<number> {
    checkPlace('delete', id, revision);
    checkOptions('delete', options, { token: isToken });
    return this.#change(id, revision, undefined, {}, tokenOf(options.token));
  }

  async #change(
    id: string,
    revision: number,
    state: Uint8Array | undefined,
    manifest: Manifest,
    token: Uint8Array,
  ): Promise<number> {
    try {
      return await this.#handle.use((handle) => handle.change(id, revision, state, manifest, token));
    } catch (cause) {
      // Behind a later change nothing tells any more whether ours was stored.
      const error = await orLost(cause, ({ actualSeq }) => actualSeq === revision + 1);
      throw lostWithToken(error, id, token, () => this.#change(id, revision, state, manifest, token));
    }
  }

  /**
   * Checks the whole store while others read and write: SQLite's own check of the table's pages, ids,
   * revisions, types, manifests, tokens, checksums, and whether states can be read, as JSON or, with
   * its mark, as CBOR. What it finds is no error, but part of the answer.
   *
   * @throws the signal's `reason` where it ends the check, and the codes of the storage.
   */
  verify(options: LongOptions = {}): Promise<Verification> {
    return verified((cursor) => this.#handle.use((handle) => handle.verifyPart(cursor)), options);
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}

function checkPlace(what: string, id: string, revision: number): void {
  check(`${what}: id`, id, isText);
  check(`${what}: revision`, revision, isCount);
}
