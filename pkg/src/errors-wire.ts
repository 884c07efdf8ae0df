import type { BindingError } from './binding.js';
import {
  JournalConcurrencyError,
  JournalError,
  JournalIntegrityError,
  ProjectionError,
  SnapshotIntegrityError,
  type JournalErrorCode,
  type JournalErrorDetails,
} from './errors.js';

const CODES: Readonly<Record<JournalErrorCode, true>> = {
  conflict: true,
  'invalid-argument': true,
  unencodable: true,
  undecodable: true,
  integrity: true,
  'snapshot-integrity': true,
  projection: true,
  busy: true,
  full: true,
  corrupt: true,
  'newer-version': true,
  'unsupported-schema': true,
  locked: true,
  'read-only': true,
  'not-found': true,
  'storage-unavailable': true,
  'leader-unresponsive': true,
  lost: true,
  poisoned: true,
  io: true,
  closed: true,
  internal: true,
};

/** The {@link JournalError} behind whatever a binding or a worker's port failed with. */
export function asJournalError(error: unknown): JournalError {
  return error instanceof JournalError ? error : fromWire(toWire(error), error);
}

/** The plain object that stands for an error where only data can pass. */
export function toWire(error: unknown): BindingError {
  if (error instanceof JournalError) return fields(error);
  return parsed(error) ?? { code: 'internal', message: text(error), causes: causes(error) };
}

/** The error that a plain object stands for. */
export function fromWire(wire: BindingError, origin?: unknown): JournalError {
  const code = isCode(wire.code) ? wire.code : 'internal';
  const details = { ...place(wire), ...cause(wire, origin) };
  if (code === 'conflict') return conflict(wire, details);
  if (code === 'integrity') return new JournalIntegrityError(wire.message, details);
  if (code === 'snapshot-integrity') return new SnapshotIntegrityError(wire.message, details);
  if (code === 'projection') return new ProjectionError(wire.message, { ...details, position: wire.position ?? 0 });
  return new JournalError(code, wire.message, details);
}

function isCode(code: string): code is JournalErrorCode {
  return Object.hasOwn(CODES, code);
}

function fields(error: JournalError): BindingError {
  const wire: BindingError = { code: error.code, message: error.message, causes: causes(error) };
  if (error.persistenceId !== undefined) wire.persistenceId = error.persistenceId;
  if (error.sequenceNr !== undefined) wire.sequenceNr = error.sequenceNr;
  if (error instanceof JournalConcurrencyError) {
    wire.expectedSeq = error.expectedSeq;
    wire.actualSeq = error.actualSeq;
  }
  if (error instanceof ProjectionError) wire.position = error.position;
  return wire;
}

/** A binding's error is JSON text in the message of an `Error`. */
function parsed(error: unknown): BindingError | undefined {
  if (!(error instanceof Error) || !error.message.startsWith('{')) return undefined;
  try {
    const wire = JSON.parse(error.message) as Partial<BindingError>;
    if (typeof wire.code !== 'string' || typeof wire.message !== 'string') return undefined;
    return wire as BindingError;
  } catch {
    return undefined;
  }
}

function text(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

function causes(error: unknown): string[] {
  const found: string[] = [];
  let next = error instanceof Error ? error.cause : undefined;
  for (; next !== undefined && found.length < 8; next = next instanceof Error ? next.cause : undefined) {
    found.push(text(next));
  }
  return found;
}

function place(wire: BindingError): JournalErrorDetails {
  return {
    ...(wire.persistenceId !== undefined && { persistenceId: wire.persistenceId }),
    ...(wire.sequenceNr !== undefined && { sequenceNr: wire.sequenceNr }),
  };
}

/** What was told of the causes, or else the error that was not one of ours. */
function cause(wire: BindingError, origin: unknown): JournalErrorDetails {
  const told = (wire.causes ?? []).reduceRight<Error | undefined>(
    (inner, message) => new Error(message, inner && { cause: inner }),
    undefined,
  );
  const found = told ?? (wire.code === 'internal' ? origin : undefined);
  return found === undefined ? {} : { cause: found };
}

function conflict(wire: BindingError, details: JournalErrorDetails): JournalError {
  return new JournalConcurrencyError(wire.message, {
    ...details,
    persistenceId: wire.persistenceId ?? '',
    expectedSeq: wire.expectedSeq ?? 0,
    actualSeq: wire.actualSeq ?? 0,
  });
}
