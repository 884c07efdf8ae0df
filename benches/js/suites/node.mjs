/** The suite in Node: files on disk. */
import { join } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { DatabaseSync } from 'node:sqlite';
import BetterSqlite from 'better-sqlite3';
import { PACKAGE, withFolder } from '../folders.mjs';
import { machine } from '../machine.mjs';
import { ActorsSubject } from '../peers/actors.mjs';
import * as journals from '../peers/journal.mjs';
import * as sql from '../peers/node-sql.mjs';
import { FULL, measure, QUICK } from '../rounds.mjs';
import { actorsMany, actorsRecovery } from '../workloads/actors.mjs';
import { append64, appendBatch100 } from '../workloads/append.mjs';
import { replay200k } from '../workloads/replay.mjs';

const WORKLOADS = [append64, appendBatch100, replay200k, actorsRecovery, actorsMany];
const NAME = 'actor-journal';

const GOALS = {
  'append-64': [{ of: NAME, times: 6, than: 'node:sqlite, one transaction an append' }],
  'replay-200k': sql.READINGS.map((reading) => ({ of: NAME, times: 1.5, than: `node:sqlite, ${reading}` })),
};

export async function runSuite(suite, { quick, only }) {
  const contents = await import(pathToFileURL(join(PACKAGE, 'node.js')));
  const workloads = await withFolder(async (folder) => {
    const file = (name) => join(folder, `${name}.db`);
    const ours = {
      name: NAME,
      readings: journals.READINGS,
      open: async (name) => new journals.JournalSubject(new contents.SqliteJournal({ path: file(`ours-${name}`), wal: true })),
      actors: { open: async (name) => new ActorsSubject(contents, file(name)) },
    };
    const place = { ours, peers: peers(file), goals: GOALS, durability: 'WAL, synchronous=full' };
    const rows = [];
    for (const workload of WORKLOADS) {
      if (only && workload.workload !== only) continue;
      rows.push(await measure(workload, place, quick ? QUICK : FULL, console.log));
    }
    return rows;
  });
  return { suite, machine: machine(`Node ${process.versions.node}`), workloads };
}

function peers(file) {
  const peer = (name, open) => ({
    name,
    readings: sql.READINGS,
    open: async (database) => new sql.SqlSubject(open(file(`${name.replace(':', '-')}-${database}`))),
  });
  return [
    peer('node:sqlite', (path) => new DatabaseSync(path)),
    peer('better-sqlite3', (path) => new BetterSqlite(path)),
  ];
}
