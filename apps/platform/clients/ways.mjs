/** One way is a language's program with one protocol. Each part of the examination gives the cell of a column. */
import { isDeepStrictEqual } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';

const CHANGE_WITHIN_MS = 10_000;
const BACK_WITHIN_MS = 40_000;
const PAUSE_MS = 200;

export const COLUMNS = ['values', 'reasons', 'errors', 'change', 'restart', 'wrong key', 'exposures', 'tracking'];

/** A way that is open; `cells` fills in as the examination goes on, `differences` names what is not as expected. */
export function openWay(program, { language, protocol, keyKind = 'server', hasOneNumber = false }) {
  const name = `${language}, ${protocol}`;
  const session = `${language}-${protocol}`;
  return { name, language, protocol, keyKind, hasOneNumber, session, program, cells: {}, differences: [] };
}

export async function connect(way, place, session = way.session, key = place.keys[way.keyKind]) {
  const { host, grpcPort, httpPort } = place;
  return way.program.ask({ do: 'open', session, protocol: way.protocol, host, grpcPort, httpPort, key });
}

/** A way of which nothing can be seen. */
export function doesNotStart(way, reason) {
  for (const column of COLUMNS) way.cells[column] = 'does not start';
  way.differences.push({ column: 'values', line: 'does not start', count: 1, message: reason });
}

/** Compares each result; a difference is told once for a flag, a type, and what came instead. */
export async function compareEvaluations(way, evaluations, expected) {
  const { results, error } = await way.program.ask({ do: 'evaluate', session: way.session, evaluations });
  if (error) throw new Error(`${way.name}: ${error}`);
  const counts = { values: 0, reasons: 0, errors: 0 };
  let compared = 0;
  const seen = new Map();
  const differ = (column, index, text) => {
    counts[column] += 1;
    const { flag, type } = evaluations[index];
    const line = `\`${flag}\` as ${type}: ${text}`;
    const known = seen.get(`${column}|${line}`);
    if (known) known.count += 1;
    else {
      const difference = {
        column,
        line,
        count: 1,
        example: evaluations[index].context,
        message: results[index].message,
      };
      seen.set(`${column}|${line}`, difference);
    }
  };
  results.forEach((result, index) => {
    // Languages with one type of number read a fraction as it is.
    if (result.skipped || (way.hasOneNumber && expected[index].isFraction)) return;
    compared += 1;
    const wanted = expected[index];
    const code = result.errorCode ?? undefined;
    const isDefault = isDeepStrictEqual(result.value, evaluations[index].default);
    if (!isDeepStrictEqual(result.value, wanted.value)) {
      differ('values', index, isDefault ? `the default${code ? ` (${code})` : ''}` : 'another value');
    } else if (normalized(code) !== normalized(wanted.errorCode)) {
      differ('errors', index, `${code ?? 'no error'} for ${wanted.errorCode ?? 'no error'}`);
    } else if (code === undefined && result.reason !== wanted.reason) {
      differ('reasons', index, `${result.reason ?? 'none'} for ${wanted.reason}`);
    }
  });
  for (const column of Object.keys(counts)) way.cells[column] = counts[column] === 0 ? 'right' : 'differ';
  way.compared = compared;
  way.counts = counts;
  way.differences.push(...seen.values());
}

/** After a change of the flag: whether an event tells of it, and whether the next read has it. */
export async function seeChange(way, evaluation, wanted) {
  const deadline = Date.now() + CHANGE_WITHIN_MS;
  let hasEvent = false;
  let hasValue = false;
  while (Date.now() < deadline && !(hasEvent && hasValue)) {
    const { events = [] } = await way.program.ask({ do: 'events', session: way.session });
    hasEvent ||= events.some((event) => /CONFIG/i.test(event));
    hasValue ||= (await read(way, evaluation)).value === wanted;
    if (hasValue && !hasEvent && isSilent(way)) break;
    await sleep(PAUSE_MS);
  }
  way.cells.change = hasValue ? (hasEvent ? 'event' : 'value') : 'nothing';
}

/** While the platform is away: whether the value is kept. */
export async function seeOutage(way, evaluation, wanted) {
  way.kept = (await read(way, evaluation)).value === wanted;
}

/** After the platform is back: whether the next change arrives, without a new start of the application. */
export async function seeRestart(way, evaluation, wanted) {
  const deadline = Date.now() + BACK_WITHIN_MS;
  let isBack = false;
  while (Date.now() < deadline && !isBack) {
    isBack = (await read(way, evaluation)).value === wanted;
    if (!isBack) await sleep(PAUSE_MS);
  }
  way.cells.restart = `${way.kept ? 'keeps values' : 'defaults'}, ${isBack ? 'recovers' : 'does not recover'}`;
}

/** A key that does not exist: the provider does not start, or every read is the default with an error. */
export async function seeWrongKey(way, place, evaluation, wrongKey) {
  const session = `${way.session}-wrong`;
  const opened = await connect(way, place, session, wrongKey);
  if (opened.error) {
    way.cells['wrong key'] = 'does not start';
    return;
  }
  const { results, error } = await way.program.ask({ do: 'evaluate', session, evaluations: [evaluation] });
  const code = results?.[0]?.errorCode;
  way.cells['wrong key'] = error || code ? 'default, error' : 'no error';
}

/** Reads the experiment's flag for a unit of this way alone, and tracks an event for it. */
export async function takePart(way, evaluation) {
  const context = { targetingKey: unitOf(way) };
  await read(way, { ...evaluation, context });
  const request = { do: 'track', session: way.session, name: 'checkout', value: 12.5, context };
  const { tracked } = await way.program.ask(request);
  way.tracked = tracked;
}

export function unitOf(way) {
  return `client-${way.session}`;
}

/** @param units those with an exposure, and those with a tracked event. */
export function seeRecords(way, { exposed, tracked }) {
  way.cells.exposures = exposed.has(unitOf(way)) ? 'recorded' : 'none';
  way.cells.tracking = tracked.has(unitOf(way)) ? 'recorded' : way.tracked ? 'dropped' : 'not in the SDK';
}

async function read(way, evaluation) {
  const request = { do: 'evaluate', session: way.session, evaluations: [evaluation] };
  const { results, error } = await way.program.ask(request);
  return error ? { errorCode: error } : results[0];
}

/** Programs without events by their SDK or protocol are not waited for. */
function isSilent({ language, protocol }) {
  return language === 'rust' || (protocol === 'ofrep' && language !== 'web');
}

/** Rust says "FLAG_NOT_FOUND", others may say "FlagNotFound". */
function normalized(code) {
  return code?.replace(/([a-z])([A-Z])/g, '$1_$2').toUpperCase();
}
