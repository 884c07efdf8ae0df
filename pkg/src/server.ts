import type { Binding } from './binding.js';
import { toWire } from './errors-wire.js';
import { Outbox } from './protocol-outbox.js';
import { BINDING, type Answer, type Port, type Request, type Served } from './protocol.js';

/** Serves a binding, and the handles it opens, to whoever is at the other end of the port. */
export function serve(port: Port, binding: Binding): void {
  const server = new Server(binding);
  const answers = new Outbox<Answer>(
    port,
    (answer) => ('value' in answer ? buffers(answer.value) : []),
    ({ call }, error) => answers.send({ call, error: toWire(error) }),
  );
  port.addEventListener('message', ({ data }: MessageEvent<readonly Request[]>) => {
    for (const request of data) void server.answer(request).then((answer) => answers.send(answer));
  });
}

class Server {
  readonly #served: Map<number, Served>;
  #opened = BINDING;

  constructor(binding: Binding) {
    this.#served = new Map([[BINDING, binding]]);
  }

  async answer({ call, target, method, args }: Request): Promise<Answer> {
    try {
      const served: unknown = this.#served.get(target);
      const found = Reflect.get(served as object, method) as (...args: unknown[]) => Promise<unknown>;
      const value = await found.apply(served, args);
      if (method === 'close') this.#served.delete(target);
      return { call, value: target === BINDING ? this.#keep(value as Served) : owned(value) };
    } catch (error) {
      return { call, error: toWire(error) };
    }
  }

  #keep(handle: Served): number {
    this.#served.set(++this.#opened, handle);
    return this.#opened;
  }
}

/** A value whose bytes own their buffers: wasm's memory cannot be given away. */
function owned(value: unknown): unknown {
  if (value instanceof Uint8Array) {
    return value.byteLength === value.buffer.byteLength ? value : value.slice();
  }
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, owned(item)]));
}

/** The buffers in a value: moved to the other thread instead of copied. */
function buffers(value: unknown): Transferable[] {
  if (value instanceof Uint8Array) return [value.buffer as ArrayBuffer];
  return isRecord(value) ? Object.values(value).flatMap(buffers) : [];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
