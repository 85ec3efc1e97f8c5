/** A language's program, asked one request at a time. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

const ANSWER_WITHIN_MS = 180_000;

export function startProgram([command, ...options]) {
  const child = spawn(command, options, { stdio: ['pipe', 'pipe', 'pipe'] });
  child.stdin.on('error', () => undefined);
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    said = (said + text).slice(-4_000);
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const exited = once(child, 'exit');
  let queue = Promise.resolve();
  const askNow = async (request) => {
    child.stdin.write(`${JSON.stringify(request)}\n`);
    const tooLate = sleep(ANSWER_WITHIN_MS, undefined, { ref: false }).then(() => {
      throw new Error(`The program gives no answer to "${request.do}": ${said}`);
    });
    const { value, done } = await Promise.race([lines.next(), tooLate]);
    if (done) throw new Error(`The program ended: ${said}`);
    return JSON.parse(value);
  };
  return {
    /** Requests follow one another. */
    ask(request) {
      const answer = queue.then(() => askNow(request));
      queue = answer.catch(() => undefined);
      return answer;
    },
    async stop() {
      child.stdin.end();
      await Promise.race([exited, sleep(5_000, undefined, { ref: false })]);
      child.kill('SIGKILL');
    },
  };
}
