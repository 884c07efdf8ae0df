import { said } from '../errors.js';

/** Says on the console what went wrong, also with what the console cannot show. */
export function complain(what: string, error: unknown): void {
  try {
    console.error(what, error);
  } catch {
    console.error(what, said(error));
  }
}

/** Tells a hook of something. What it throws in turn changes nothing and is reported. */
export async function told(hook: string, id: string, call: () => void | Promise<void>): Promise<void> {
  try {
    await call();
  } catch (error) {
    complain(`${hook} of ${JSON.stringify(id)} failed:`, error);
  }
}
