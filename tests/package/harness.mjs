/** Runs scenarios one after the other and counts them. */

/** A scenario that has not ended by then hangs: it fails by name, and the others go on. */
const HANGS_AFTER_MS = 120_000;

export class Run {
  passed = 0;
  failed = 0;
  #print;
  #only;

  /** @param only a text that is in the name of each scenario to run. */
  constructor(print = console.log, only = '') {
    this.#print = print;
    this.#only = only;
  }

  /** Runs `scenarios`, functions by name, each through `enter`. */
  async group(title, scenarios, enter = (scenario) => scenario()) {
    const before = this.passed + this.failed;
    const begin = Date.now();
    for (const [name, scenario] of Object.entries(scenarios)) {
      const full = `${title}: ${name}`;
      if (full.includes(this.#only)) await this.#one(full, () => enter(scenario));
    }
    const count = this.passed + this.failed - before;
    if (count > 0) this.#print(`${title}: ${count} scenarios, ${Date.now() - begin} ms`);
  }

  /** Takes over what another run has counted. */
  add({ passed, failed }) {
    this.passed += passed;
    this.failed += failed;
  }

  /** The last line. A run without a test has failed. */
  get summary() {
    return `${this.passed} passed, ${this.failed} failed`;
  }

  get good() {
    return this.failed === 0 && this.passed > 0;
  }

  async #one(name, body) {
    try {
      await withinLimit(body());
      this.passed++;
    } catch (error) {
      this.failed++;
      this.#print(`FAILED ${name}\n${indented(explained(error))}`);
    }
  }
}

async function withinLimit(scenario) {
  let timer;
  const limit = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`did not end in ${HANGS_AFTER_MS} ms`)), HANGS_AFTER_MS);
  });
  try {
    await Promise.race([scenario, limit]);
  } finally {
    clearTimeout(timer);
  }
}

/** Firefox leaves the message out of the stack. */
function explained(error) {
  if (!(error instanceof Error)) return String(error);
  const stack = error.stack?.includes(error.message) ? error.stack : `${error}\n${error.stack}`;
  return error.cause ? `${stack}\ncaused by ${explained(error.cause)}` : stack;
}

function indented(text) {
  return text.replace(/^/gm, '    ');
}
