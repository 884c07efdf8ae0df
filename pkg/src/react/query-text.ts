/** What a query says, by which it is compared. A big integer is refused when it is read, and not here. */
export function textOf(query: unknown): string | undefined {
  return JSON.stringify(query, (_, part: unknown) => (typeof part === 'bigint' ? `${part}n` : part));
}
