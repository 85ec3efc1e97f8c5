// Memory and look-up of membership lists: bytes an id and nanoseconds of processor time, against a Set.
// Usage: npm run bench:lists -w libs/evaluation [-- COUNT]; COUNT defaults to 10,000,000; the Set holds at most 1,000,000.
import { Buffer } from 'node:buffer';

import { IdListBuilder } from '../dist/lists/index.js';

const COUNT = Number(process.argv[2] ?? 10_000_000);
const SET_COUNT = Math.min(COUNT, 1_000_000);
const PROBES = 500_000;

const scatter = (index) => Math.imul(index + 1, 0x9e3779b1) >>> 0;
const scatter2 = (index) => Math.imul(scatter(index) ^ (index >>> 3), 0x85ebca6b) >>> 0;
const hex = (index, part) =>
  scatter2(index * 4 + part)
    .toString(16)
    .padStart(8, '0');
const text36 = (index, length) =>
  [0, 1, 2]
    .map((part) =>
      scatter2(index * 3 + part)
        .toString(36)
        .padStart(7, '0'),
    )
    .join('')
    .slice(-length);

const KINDS = {
  'sequential, user-1234567': (index) => `user-${index}`,
  'numbers of 10 digits': (index) => String(1_000_000_000 + scatter(index)),
  '64-bit numbers in hexadecimal': (index) => hex(index, 0) + hex(index, 1),
  '16 characters of base 36': (index) => text36(index, 16),
  'UUID version 7, one day': (index) => {
    const time = (0x19a_0000_0000 + (scatter(index) % 86_400_000)).toString(16).padStart(12, '0');
    return `${time.slice(0, 8)}-${time.slice(8)}-7${hex(index, 0).slice(5)}-${'89ab'[index & 3]}${hex(index, 1).slice(5)}-${hex(index, 2)}${hex(index, 3).slice(4)}`;
  },
  'UUID version 4': (index) =>
    `${hex(index, 0)}-${hex(index, 1).slice(4)}-4${hex(index, 1).slice(1, 4)}-${'89ab'[index & 3]}${hex(index, 2).slice(5)}-${hex(index, 2).slice(0, 4)}${hex(index, 3)}`,
};

console.log(`${COUNT} ids; look-ups alternate members and strangers; the last three columns are for ${SET_COUNT} ids`);
console.log(
  'ids | bytes an id, packed | longest step ms | packing s | look-up ns | Set: bytes an id | Set: ns | packed: ns',
);
for (const [name, idOf] of Object.entries(KINDS)) {
  const large = pack(idOf, COUNT);
  const lookUp = nanoseconds(large.list, idOf, COUNT);
  const bytes = (large.list.byteLength / large.list.size).toFixed(2);
  const { setBytes, setNs } = measureSet(idOf);
  const small = nanoseconds(pack(idOf, SET_COUNT).list, idOf, SET_COUNT);
  console.log(
    [name, bytes, large.longest.toFixed(0), large.seconds.toFixed(1), lookUp, setBytes, setNs, small].join(' | '),
  );
}

function pack(idOf, count) {
  const builder = new IdListBuilder();
  for (let index = 0; index < count; index += 1) builder.add(idOf(index));
  const begun = process.cpuUsage().user;
  let longest = 0;
  const steps = builder.pack();
  for (;;) {
    const before = process.cpuUsage().user;
    const step = steps.next();
    longest = Math.max(longest, (process.cpuUsage().user - before) / 1000);
    if (step.done) return { list: step.value, longest, seconds: (process.cpuUsage().user - begun) / 1e6 };
  }
}

function measureSet(idOf) {
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  const set = new Set();
  // Through bytes, so that each id is one flat string and not a rope of its parts.
  for (let index = 0; index < SET_COUNT; index += 1) set.add(Buffer.from(idOf(index)).toString('latin1'));
  globalThis.gc?.();
  const setBytes = ((process.memoryUsage().heapUsed - before) / SET_COUNT).toFixed(0);
  return { setBytes, setNs: nanoseconds(set, idOf, SET_COUNT) };
}

/** Median of five rounds over texts made ahead; every other probe is no member. */
function nanoseconds(members, idOf, count) {
  const stride = Math.max(1, Math.floor(count / PROBES));
  const probes = Array.from({ length: PROBES }, (_, index) => {
    const id = idOf((index * stride) % count);
    return index % 2 ? id : `${id.slice(0, -1)}${id.endsWith('7') ? '3' : '7'}`;
  });
  const rounds = Array.from({ length: 5 }, () => {
    const begun = process.cpuUsage().user;
    let found = 0;
    for (const probe of probes) if (members.has(probe)) found += 1;
    if (found < PROBES / 2) throw new Error(`only ${found} found`);
    return ((process.cpuUsage().user - begun) * 1e3) / PROBES;
  });
  return rounds.sort((a, b) => a - b)[2].toFixed(0);
}
