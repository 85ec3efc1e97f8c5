/** Starts a sender in a process of its own. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const SCRIPT = fileURLToPath(new URL('load-process.mjs', import.meta.url));

export function startLoad() {
  const child = fork(SCRIPT);
  return {
    run(load) {
      return new Promise((resolve, reject) => {
        const fail = (code) => reject(new Error(`The sender ended with ${code}.`));
        child.once('exit', fail);
        child.once('message', (result) => {
          child.off('exit', fail);
          resolve(result);
        });
        child.send(load);
      });
    },
    stop() {
      if (child.connected) child.disconnect();
    },
  };
}
