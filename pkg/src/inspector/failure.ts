/** The code of a journal's error, or nothing. */
export function codeOf(error: unknown): string {
  const { code } = (error ?? {}) as { code?: unknown };
  return typeof code === 'string' ? code : '';
}

/** What an error says, with its code. */
export function saidBy(error: unknown): string {
  const [code, text] = [codeOf(error), error instanceof Error ? error.message : String(error)];
  return code ? `${code}: ${text}` : text;
}
