/** Drives every way through the examination, against one platform that is changed, stopped and started again. */
import { expectedResults } from './expected.mjs';
import { EVALUATIONS } from './evaluations.mjs';
import { openPlatform } from './platform.mjs';
import {
  compareEvaluations,
  connect,
  doesNotStart,
  openWay,
  seeChange,
  seeOutage,
  seeRecords,
  seeRestart,
  seeWrongKey,
  takePart,
} from './ways.mjs';

const CHANGING = { flag: 'changing', type: 'string', default: 'default', context: { targetingKey: 'user-1' } };
const EXPERIMENT = { flag: 'button', type: 'string', default: 'default', context: {} };

export async function examine(programs, say) {
  const all = programs.flatMap(({ language, program }) =>
    language.protocols.map((protocol) => openWay(program, { ...language, language: language.name, protocol })),
  );
  const platform = await openPlatform();
  try {
    const { place } = platform;
    await platform.declare('before');
    const expected = await expectedResults({ grpc: place.grpc, key: place.keys.server, evaluations: EVALUATIONS });
    say(`the platform serves; ${EVALUATIONS.length} evaluations for each of ${all.length} ways`);
    const ways = [];
    for (const way of all) {
      const { error } = await connect(way, place);
      if (error) {
        doesNotStart(way, error);
        continue;
      }
      ways.push(way);
      await compareEvaluations(way, EVALUATIONS, expected);
      await takePart(way, EXPERIMENT);
      say(`${way.name}: evaluated`);
    }
    for (const way of ways) await way.program.ask({ do: 'events', session: way.session });
    await platform.declare('after');
    for (const way of ways) await seeChange(way, CHANGING, 'after');
    say('changes seen');
    for (const way of ways) await seeWrongKey(way, place, CHANGING, wrongKeyLike(place.keys[way.keyKind]));
    say('wrong keys tried');
    await platform.stop();
    for (const way of ways) await seeOutage(way, CHANGING, 'after');
    await platform.start();
    await platform.declare('before');
    for (const way of ways) await seeRestart(way, CHANGING, 'before');
    say('restart seen');
    // The packages of this project send what they hold within seconds.
    const records = await platform.recordedUnits();
    for (const way of ways) seeRecords(way, records);
    return all;
  } finally {
    await platform.close();
  }
}

/** A key of the same form whose secret is another. */
function wrongKeyLike(key) {
  return key.slice(0, -8) + [...key.slice(-8)].map((letter) => (letter === 'A' ? 'B' : 'A')).join('');
}
