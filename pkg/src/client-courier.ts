import { Silence } from './client-silence.js';
import { asJournalError, fromWire } from './errors-wire.js';
import { HandleGone, JournalError } from './errors.js';
import { Outbox } from './protocol-outbox.js';
import type { Answer, Call, News, OpeningCall, Order, Request } from './protocol.js';
import { noteRepeated } from './token.js';

/** The page's way to its worker. */
export interface Line {
  /** Whether there is a worker that hears. */
  readonly isUp: boolean;
  readonly leaderTimeoutMs: number;
  /** Sees to it that there is one: each courier is told to connect then. */
  begin(): void;
  post(order: Order): void;
  /** Nobody answers: it may be that there is no worker that could. */
  suspect(): void;
  /** A courier has nothing open any more. */
  release(): void;
}

interface Made {
  readonly request: Request;
  /** How often it was sent since it was last answered. */
  sent: number;
  /** Of an opening call: the page has the handle. */
  opened: boolean;
  resolve(value: unknown): void;
  reject(why: unknown): void;
}

/** A call that so many have not survived is not asked of another one. */
const MOST_SENDINGS = 5;

/** Methods whose outcome is unknown when their answer does not come. */
const WRITES: ReadonlySet<string> = new Set<Call['method']>([
  'append',
  'applyChanges',
  'beginProjection',
  'change',
  'delete',
  'finish',
  'importPage',
  'raiseCompactionMark',
  'save',
  'saveAndCompact',
  'skipEvent',
  'swapProjection',
]);

/** Methods that wait for what is to come, through the lives of many leaders. */
const WAITS: ReadonlySet<string> = new Set<Call['method']>([
  'liveEventsPage',
  'livePersistenceIdsPage',
  'liveReplayPage',
]);

let numbers = 0;

/**
 * The calls of a page on one path. Here, and nowhere else, is kept what is open and what is not
 * answered: whoever leads next is sent the opening calls and then the others, in order.
 */
export class Courier {
  readonly #path: string;
  readonly #line: Line;
  readonly #requests: Outbox<Made>;
  readonly #silence: Silence;
  readonly #openings = new Map<number, Made>();
  #pending = new Map<number, Made>();
  #leader: string | undefined;
  /** Why what was open is not. */
  #failure = new JournalError('storage-unavailable', 'the worker has ended');

  constructor(path: string, line: Line) {
    this.#path = path;
    this.#line = line;
    this.#requests = new Outbox<Made>((made) => this.#send(made), (made, why) => this.#settle(made, why));
    this.#silence = new Silence(
      line.leaderTimeoutMs,
      () => this.#pending.size > 0 && line.isUp,
      () => this.connect(),
      () => this.#giveUp(),
    );
  }

  /** Whether there is nothing open, and nothing being opened. */
  get isIdle(): boolean {
    return this.#openings.size === 0;
  }

  /** Answers the number of the handle. */
  async open(call: OpeningCall): Promise<number> {
    const target = ++numbers;
    await this.#make({ call: target, target, ...call });
    return target;
  }

  call(target: number, call: Call): Promise<unknown> {
    if (this.#openings.has(target)) return this.#make({ call: ++numbers, target, ...call } as Request);
    return Promise.reject(gone(this.#failure, call.method));
  }

  /** Closes a handle; one whose worker is gone, or does not answer, is closed. */
  async close(target: number): Promise<void> {
    if (!this.#openings.has(target)) return;
    try {
      await this.call(target, { method: 'close', args: [] });
    } catch (error) {
      if (this.#openings.has(target) && !isSilent(error)) throw error;
    } finally {
      this.#forget(target);
    }
  }

  /** Asks who leads. */
  connect(): void {
    if (this.isIdle) return;
    this.#silence.begin();
    this.#line.post({ path: this.#path });
  }

  /** The page's worker is gone. */
  disconnect(): void {
    this.#leader = undefined;
  }

  /** Answers whether somebody who waited was answered. */
  hear(news: News): boolean {
    this.#silence.heard();
    if ('answers' in news) return news.answers.filter((answer) => this.#answered(answer)).length > 0;
    if (news.leader !== this.#leader) this.#reconnect(news.leader);
    return false;
  }

  /** There is no worker to be had. */
  fail(why: JournalError): void {
    this.#failure = why;
    const pending = [...this.#pending.values()];
    this.#pending.clear();
    this.#openings.clear();
    for (const made of pending) made.reject(unanswered(made, why));
  }

  #make(request: Request): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const made: Made = { request, sent: 0, opened: false, resolve, reject };
      this.#pending.set(request.call, made);
      if (request.call === request.target) this.#openings.set(request.call, made);
      this.#silence.begin();
      if (this.#leader !== undefined) this.#requests.send(made);
      else if (this.#line.isUp) this.connect();
      else this.#line.begin();
    });
  }

  #send(made: readonly Made[]): void {
    // Without a leader they wait for the next one.
    if (this.#leader === undefined) return;
    this.#line.post({ path: this.#path, to: this.#leader, requests: made.map(({ request }) => request) });
    for (const each of made) each.sent++;
  }

  /** Sends everything to another leader. */
  #reconnect(leader: string): void {
    this.#leader = leader;
    this.#pending = new Map([...this.#openings, ...this.#pending]);
    this.#requests.clear();
    for (const made of this.#pending.values()) {
      if (made.sent < MOST_SENDINGS || WAITS.has(made.request.method)) this.#requests.send(made);
      else this.#settle(made, deadly(made));
    }
  }

  /** Whether somebody waited for it: nobody does for a handle to be opened again. */
  #answered(answer: Answer): boolean {
    const made = this.#pending.get(answer.call);
    if (!made) return false;
    const { sent, opened } = made;
    made.sent = 0;
    if ('error' in answer) {
      const error = fromWire(answer.error);
      if (sent > 1) noteRepeated(error);
      this.#settle(made, error);
      return true;
    }
    if (sent > 1) noteRepeated(answer.value);
    this.#pending.delete(answer.call);
    made.opened = true;
    made.resolve(answer.value);
    return !opened;
  }

  /** A call has failed. Where it was to open a handle, or to open it again, that is not open. */
  #settle(made: Made, why: unknown): void {
    const { call, target } = made.request;
    this.#pending.delete(call);
    made.reject(why);
    if (call !== target) return;
    this.#failure = asJournalError(why);
    for (const each of [...this.#pending.values()]) {
      if (each.request.target === target) this.#settle(each, unanswered(each, this.#failure));
    }
    this.#forget(target);
  }

  /** Nobody answers. Handles that are open stay so: whoever leads next may be asked again. */
  #giveUp(): void {
    this.#line.suspect();
    const { leaderTimeoutMs } = this.#line;
    for (const made of [...this.#pending.values()]) {
      const { call, target, method } = made.request;
      const message = `${method}: the tab or worker that has the database ${JSON.stringify(this.#path)} open did not answer for ${leaderTimeoutMs} ms`;
      const outcome = WRITES.has(method) && made.sent > 0 ? '; whether it was carried out is not known' : '';
      this.#pending.delete(call);
      made.reject(new JournalError('leader-unresponsive', message + outcome));
      if (call === target && !made.opened) this.#abandon(made);
    }
  }

  /** A handle that nobody has is closed, should it yet be opened. */
  #abandon({ request: { target }, sent }: Made): void {
    if (sent > 0) {
      const nobody = (): void => undefined;
      const request: Request = { call: ++numbers, target, method: 'close', args: [] };
      this.#requests.send({ request, sent: 0, opened: false, resolve: nobody, reject: nobody });
    }
    this.#forget(target);
  }

  #forget(target: number): void {
    if (this.#openings.delete(target) && this.isIdle) this.#line.release();
  }
}

/** The error of a call that will not be answered. */
function unanswered({ request: { method }, sent }: Made, why: JournalError): JournalError {
  if (!WRITES.has(method) || sent === 0) return gone(why, method);
  const message = `${why.message}; whether ${method} was carried out is not known`;
  return new JournalError('lost', message, { cause: new HandleGone(why.message, { cause: why }) });
}

function gone(why: JournalError, method: Call['method']): JournalError {
  const cause = new HandleGone(why.message, { cause: why });
  return new JournalError(why.code, `${method}: ${why.message}`, { cause });
}

function deadly({ request: { method } }: Made): JournalError {
  const message = `${MOST_SENDINGS} workers in turn have not survived ${method}`;
  if (!WRITES.has(method)) return new JournalError('storage-unavailable', message);
  return new JournalError('lost', `${message}; whether it was carried out is not known`);
}

function isSilent(error: unknown): boolean {
  return error instanceof JournalError && error.code === 'leader-unresponsive';
}
