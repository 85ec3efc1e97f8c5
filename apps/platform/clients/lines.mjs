/** The program of a language that runs in Node: requests by the line, answers by the line. */
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

const READY_WITHIN_MS = 15_000;

/** @param client `open` makes a session's state, the others get it. */
export async function serveRequests(client) {
  const sessions = new Map();
  for await (const line of createInterface({ input: process.stdin })) {
    const asked = JSON.parse(line);
    let answer;
    try {
      answer = await answerTo(client, sessions, asked);
    } catch (error) {
      answer = { error: error.message };
    }
    process.stdout.write(`${JSON.stringify(answer)}\n`);
  }
  await client.close();
  process.exit(0);
}

async function answerTo(client, sessions, asked) {
  const { session } = asked;
  if (asked.do === 'open') {
    const { state, ready } = await client.open(asked);
    sessions.set(session, state);
    const tooLate = sleep(READY_WITHIN_MS, undefined, { ref: false }).then(() => {
      throw new Error('the provider does not become ready');
    });
    await Promise.race([ready, tooLate]);
    return { ready: true };
  }
  const state = sessions.get(session);
  if (asked.do === 'evaluate') {
    const results = [];
    for (const each of asked.evaluations) results.push(await client.evaluate(state, each));
    return { results };
  }
  if (asked.do === 'events') return { events: state.events.splice(0) };
  if (asked.do === 'track') {
    await client.track(state, asked);
    return { tracked: true };
  }
  return {};
}
