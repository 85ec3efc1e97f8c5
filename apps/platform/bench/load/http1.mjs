/**
 * Sends one HTTP/1.1 request again and again, one at a time on each connection, for a while. It counts bytes instead of
 * parsing answers, so that it takes less processor time than any server: all answers to the same request must be of the
 * same size, and each must begin with status 200. Takes its task as JSON and prints JSON: requests, latencies in ms.
 * With `units`, the text `0000000` in the body is a number below that, the next in each request, from anywhere on.
 */
import { Buffer } from 'node:buffer';
import { once } from 'node:events';
import { connect } from 'node:net';

import { nowMs, percentile } from '../fanout/child.mjs';

const OK = Buffer.from('HTTP/1.1 200 ');

const { url, headers, body, connections, ms, units = 1 } = JSON.parse(process.argv[2]);
const { hostname, port, pathname, host } = new URL(url);
const request = requestFor(0);
let next = Math.floor(Math.random() * units);
const size = await sizeOfAnswer();
const latenciesMs = [];
const started = nowMs();
await Promise.all(Array.from({ length: connections }, sender));
const seconds = (nowMs() - started) / 1_000;
console.log(
  JSON.stringify({
    requests: latenciesMs.length,
    seconds,
    p50Ms: percentile(latenciesMs, 0.5),
    p99Ms: percentile(latenciesMs, 0.99),
  }),
);

function sender() {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port), noDelay: true });
    let sentAt = 0;
    let missing = size;
    const send = () => {
      sentAt = nowMs();
      missing = size;
      socket.write(units === 1 ? request : requestFor(next++ % units));
    };
    socket.on('connect', send);
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('The server closed a connection.')));
    socket.on('data', (bytes) => {
      if (missing === size && !bytes.subarray(0, OK.length).equals(OK)) {
        return reject(new Error(`The server answered ${bytes.subarray(0, 200).toString()}`));
      }
      missing -= bytes.length;
      if (missing > 0) return undefined;
      if (missing < 0) return reject(new Error(`An answer is ${-missing} bytes longer than the first one.`));
      const now = nowMs();
      latenciesMs.push(now - sentAt);
      if (now - started < ms) return send();
      socket.destroy();
      return resolve();
    });
  });
}

/** Bytes of one answer, its head included. */
async function sizeOfAnswer() {
  const socket = connect({ host: hostname, port: Number(port) });
  socket.write(request);
  let answer = Buffer.alloc(0);
  for (;;) {
    const [bytes] = await once(socket, 'data');
    answer = Buffer.concat([answer, bytes]);
    const head = answer.indexOf('\r\n\r\n');
    const length = /\r\ncontent-length: (\d+)/i.exec(answer.toString('latin1'))?.[1];
    if (head < 0) continue;
    if (length === undefined) throw new Error(`An answer without content-length: ${answer.toString()}`);
    if (answer.length >= head + 4 + Number(length)) break;
  }
  socket.destroy();
  return answer.length;
}

function requestFor(unit) {
  const text = body.replace('0000000', String(unit).padStart(7, '0'));
  return Buffer.from(
    [
      `POST ${pathname} HTTP/1.1`,
      `host: ${host}`,
      ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
      `content-length: ${Buffer.byteLength(text)}`,
      '',
      text,
    ].join('\r\n'),
  );
}
