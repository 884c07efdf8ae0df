/**
 * Whether a message is what the protocol says. Any script of the origin may post on the channels, and a
 * worker that threw for what it hears would be taken for dead: what is something else is not heard.
 */
import type { Answer, Forwarded, Life, News, Order, Request, Setup } from './protocol.js';

type Shape = Readonly<Record<PropertyKey, unknown>>;

export const isSetup = (data: unknown): data is Setup => isShape(data) && isLife(data.me);

export const isOrder = (data: unknown): data is Order =>
  isOfPath(data) && (!('requests' in data) || (typeof data.to === 'string' && isList(data.requests, isRequest)));

export const isForwarded = (data: unknown): data is Forwarded =>
  isOfPath(data) && isLife(data.from) && isList(data.requests, isRequest);

export const isNews = (data: unknown): data is News =>
  isOfPath(data) && (typeof data.leader === 'string' || isList(data.answers, isAnswer));

/** What is called, on what and with what, is for the server to say: it answers whatever has a number. */
const isRequest = (data: unknown): data is Request => isShape(data) && Number.isSafeInteger(data.call);

const isAnswer = (data: unknown): data is Answer =>
  isShape(data) && Number.isSafeInteger(data.call) && ('value' in data || isFailure(data.error));

const isFailure = (data: unknown): boolean =>
  isShape(data) &&
  typeof data.code === 'string' &&
  typeof data.message === 'string' &&
  (data.causes === undefined || isList(data.causes, (cause) => typeof cause === 'string'));

const isLife = (data: unknown): data is Life =>
  isShape(data) && typeof data.page === 'string' && Number.isSafeInteger(data.life);

const isOfPath = (data: unknown): data is Shape => isShape(data) && typeof data.path === 'string';

const isShape = (data: unknown): data is Shape => typeof data === 'object' && data !== null;

const isList = (data: unknown, is: (item: unknown) => boolean): boolean => Array.isArray(data) && data.every(is);
