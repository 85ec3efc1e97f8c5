import { loadSnapshot } from '../dist/core/index.js';
import { compileSnapshot } from '../dist/index.js';
import {
  attributeRule,
  booleanFlag,
  CONTEXTS,
  hundredRules,
  listRule,
  memberIds,
  snapshotOf,
  targetedSplit,
  thousandFlags,
} from './environments.mjs';
import { nanosecondsPerCall } from './measure.mjs';
import { PEERS } from './peers.mjs';

const ROWS = {
  static: 'static flag',
  attribute: 'one attribute rule',
  split: 'attribute rule + 50/50 split',
  hundred: '100 rules, the last matches',
  list: '1,000,000-member list',
  all: '1,000 flags for one context',
};

const COUNT = CONTEXTS.length;

function sortition(ids) {
  const flags = {
    static: booleanFlag,
    attribute: attributeRule,
    split: targetedSplit,
    hundred: hundredRules,
    list: listRule,
  };
  const rows = {};
  for (const [kind, make] of Object.entries(flags)) {
    const lists = kind === 'list' ? [{ key: 'members', ids }] : [];
    const compiled = compileSnapshot(snapshotOf([make(kind)], lists));
    rows[kind] = (index) => compiled.evaluate(kind, CONTEXTS[index % COUNT]).value;
  }
  const all = compileSnapshot(snapshotOf(thousandFlags()));
  const keys = all.flagKeys();
  rows.all = (index) => {
    const context = CONTEXTS[index % COUNT];
    let on = 0;
    for (const key of keys) on += all.evaluate(key, context).value === true ? 1 : 0;
    return on;
  };
  return { rows, close() {} };
}

function show(nanoseconds) {
  if (nanoseconds === undefined) return '-';
  if (nanoseconds >= 1e6) return `${(nanoseconds / 1e6).toFixed(1)} ms`;
  return nanoseconds >= 1e4 ? `${(nanoseconds / 1e3).toFixed(1)} us` : `${nanoseconds.toFixed(0)} ns`;
}

async function comparePeers() {
  const ids = memberIds();
  const subjects = { Sortition: sortition(ids) };
  for (const [name, make] of Object.entries(PEERS)) subjects[name] = await make(ids);
  const table = [];
  for (const row of Object.keys(ROWS)) {
    const able = Object.entries(subjects).filter(([, { rows }]) => rows[row] !== undefined);
    const times = await nanosecondsPerCall(
      Object.fromEntries(able.map(([name, { rows, isAsync }]) => [name, { call: rows[row], isAsync }])),
    );
    const peers = Object.entries(times).filter(([name]) => name !== 'Sortition');
    const [fastest, best] = peers.reduce((a, b) => (b[1] < a[1] ? b : a));
    table.push({
      row: ROWS[row],
      ...Object.fromEntries(Object.entries(times).map(([name, time]) => [name, show(time)])),
      'fastest peer': fastest,
      ratio: Number((times.Sortition / best).toFixed(3)),
    });
  }
  for (const { close } of Object.values(subjects)) await close();
  console.log('Time of one evaluation; ratio = Sortition / fastest peer, target <= 0.5');
  console.table(table);
}

async function growth() {
  const subjects = {};
  for (const count of [10, 100, 1_000, 10_000]) {
    const compiled = compileSnapshot(snapshotOf(thousandFlags(count)));
    subjects[count] = { call: (index) => compiled.evaluate('flag-2', CONTEXTS[index % COUNT]).value };
  }
  const times = await nanosecondsPerCall(subjects);
  const table = Object.entries(times).map(([flags, time]) => ({ flags, 'attribute rule + 50/50 split': show(time) }));
  console.log('Growth with the number of flags, target none');
  console.table(table);
}

function compileTime() {
  const snapshot = JSON.stringify(
    snapshotOf(Array.from({ length: 10_000 }, (_, index) => targetedSplit(`flag-${index}`))),
  );
  const times = [];
  for (let sample = 0; sample < 9; sample += 1) {
    const parsed = JSON.parse(snapshot);
    const start = process.cpuUsage();
    compileSnapshot(parsed);
    const { user, system } = process.cpuUsage(start);
    times.push((user + system) / 1000);
  }
  times.sort((a, b) => a - b);
  console.log(
    `Compile 10,000 targeted 50/50 flags, processor time of all threads: best ${times[0].toFixed(0)} ms, median ${times[4].toFixed(0)} ms, checks included; target <= 300 ms`,
  );
}

function memory() {
  if (globalThis.gc === undefined) return;
  const text = JSON.stringify(snapshotOf(Array.from({ length: 10_000 }, (_, index) => targetedSplit(`flag-${index}`))));
  const kept = {};
  const used = () => {
    for (let round = 0; round < 4; round += 1) globalThis.gc();
    const { heapUsed, external, arrayBuffers } = process.memoryUsage();
    return heapUsed + external + arrayBuffers;
  };
  const step = (change) => {
    change();
    return used();
  };
  const warm = () => {
    kept.given = JSON.parse(text);
    kept.compiled = loadSnapshot(kept.given);
  };
  const forget = () => {
    kept.given = undefined;
    kept.compiled = undefined;
  };
  step(warm);
  const start = step(forget);
  const read = step(() => (kept.given = JSON.parse(text)));
  const loaded = step(() => (kept.compiled = loadSnapshot(kept.given)));
  const flags = kept.compiled.flagKeys().length;
  const [own, definition] = [loaded - read, read - start].map((bytes) => Math.round(bytes / flags));
  console.log(
    `Memory of a compiled targeted 50/50 flag: ${own} bytes, beside the ${definition} of its definition; target <= 2,048`,
  );
}

memory();
compileTime();
if (process.argv.includes('--quick')) process.exit(0);
await growth();
await comparePeers();
process.exit(0);
