/** Tells a hook of something. What it throws in turn changes nothing and is reported. */
export async function told(hook: string, id: string, call: () => void | Promise<void>): Promise<void> {
  try {
    await call();
  } catch (error) {
    console.error(`${hook} of ${JSON.stringify(id)} failed:`, error);
  }
}
