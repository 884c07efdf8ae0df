import { check, checkOptions, isCount, isText, isToken } from './arguments.js';
import type { DurableStatesHandle } from './binding.js';
import { Payloads, type CodecChoice } from './codec.js';
import { Opening } from './opening.js';
import { lostWithToken, tokenOf } from './token.js';
import type { ChangeOptions, DurableState, DurableStateStore } from './types-durable.js';

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

  protected constructor(source: DurableStatesSource) {
    this.#handle = new Opening(source.name, () => source.open());
    this.#payloads = new Payloads(source.codec);
  }

  async load<State = unknown>(id: string): Promise<DurableState<State>> {
    check('load: id', id, isText);
    const { revision, timestamp, state: bytes } = await this.#handle.use((handle) => handle.load(id));
    const found = { persistenceId: id, revision, timestamp };
    if (!bytes) return found;
    return { ...found, state: this.#payloads.decode(bytes, id, revision, 'revision') as State };
  }

  async save<State>(id: string, revision: number, state: State, options: ChangeOptions = {}): Promise<number> {
    return this.#change('save', id, revision, options, () => this.#payloads.encode(state, 'save: state'));
  }

  async delete(id: string, revision: number, options: ChangeOptions = {}): Promise<number> {
    return this.#change('delete', id, revision, options, () => undefined);
  }

  async #change(
    what: string,
    id: string,
    revision: number,
    options: ChangeOptions,
    encode: () => Uint8Array | undefined,
  ): Promise<number> {
    check(`${what}: id`, id, isText);
    check(`${what}: revision`, revision, isCount);
    checkOptions(what, options, { token: isToken });
    const [bytes, token] = [encode(), tokenOf(options.token)];
    try {
      return await this.#handle.use((handle) => handle.change(id, revision, bytes, token));
    } catch (error) {
      throw lostWithToken(error, id, token);
    }
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}
