/** Codes of events that are there and cannot be shown. */
const UNREADABLE = ['undecodable', 'unsupported-schema', 'integrity'];

interface Details {
  readonly code?: unknown;
  readonly persistenceId?: unknown;
  readonly sequenceNr?: unknown;
}

/** The code of a journal's error, or nothing. */
export function codeOf(error: unknown): string {
  const { code } = detailsOf(error);
  return typeof code === 'string' ? code : '';
}

/** What an error says, with its code. */
export function saidBy(error: unknown): string {
  const [code, text] = [codeOf(error), error instanceof Error ? error.message : String(error)];
  return code ? `${code}: ${text}` : text;
}

/** Whether there is an event, which cannot be read. */
export function isUnreadable(error: unknown): boolean {
  return UNREADABLE.includes(codeOf(error));
}

/** The seq that an error names; 0 where it names none. */
export function seqOf(error: unknown): number {
  const { sequenceNr } = detailsOf(error);
  return typeof sequenceNr === 'number' ? sequenceNr : 0;
}

/** Whether two errors say the same of the same event. */
export function isAlike(one: unknown, other: unknown): boolean {
  const [{ persistenceId }, its] = [detailsOf(one), detailsOf(other)];
  return persistenceId === its.persistenceId && seqOf(one) === seqOf(other) && saidBy(one) === saidBy(other);
}

function detailsOf(error: unknown): Details {
  return error ?? {};
}
