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
    // Not a static import: a package that does not load is a failure to be shown, too.
    app ??= new (await import('./app.js')).App(lost);
    await app.open();
    enter('open');
  } catch (error) {
    await fail(error);
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
