/** Starts the page, and shows what went wrong where it does not start. */

import { ProblemView } from './problem-view.js';

/** @type {import('./app.js').App | undefined} */
let app;
const problem = new ProblemView(() => (app ? open() : location.reload()));

/** @param {'opening' | 'open' | 'failed'} phase */
function enter(phase) {
  document.body.dataset.phase = phase;
  document.querySelector('#opening').hidden = phase !== 'opening';
  document.querySelector('#bank').hidden = phase !== 'open';
}

async function open() {
  problem.hide();
  enter('opening');
  try {
    app ??= await load();
    await app.open();
    enter('open');
  } catch (error) {
    await fail(error);
  }
}

/** Not a static import: a package that does not load is a failure to be shown, too. */
async function load() {
  try {
    const { App } = await import('./app.js');
    return new App(lost);
  } catch (cause) {
    throw Object.assign(new Error(cause.message, { cause }), { code: 'not-loaded' });
  }
}

async function fail(error) {
  enter('failed');
  await problem.show(error);
}

async function lost(error) {
  void app.close().catch(() => {});
  await fail(error);
}

void open();
