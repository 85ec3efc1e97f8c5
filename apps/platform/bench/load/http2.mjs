/**
 * Sends one gRPC request again and again on one connection, a fixed number of calls under way, for a while. It writes
 * frames of HTTP/2 that were made beforehand and reads nothing of an answer but the heads of its frames, so that it
 * takes less processor time than any server. Takes its task as JSON and prints JSON: calls, latencies in ms.
 */
import { Buffer } from 'node:buffer';
import { connect } from 'node:net';

import { nowMs, percentile } from '../fanout/child.mjs';

const FRAME = { data: 0, headers: 1, reset: 3, settings: 4, ping: 6, goAway: 7, windowUpdate: 8 };
const END_STREAM = 0x1;
const END_HEADERS = 0x4;
const ACK = 0x1;
const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
/** What the server may send before it is granted more. */
const WINDOW_BYTES = 0x40000000;
const INITIAL_WINDOW_SETTING = 4;

const { address, path, metadata, message, concurrency, ms } = JSON.parse(process.argv[2]);
const [host, port] = address.split(':');
const headerBlock = Buffer.concat(
  [
    [':method', 'POST'],
    [':scheme', 'http'],
    [':path', path],
    [':authority', address],
    ['te', 'trailers'],
    ['content-type', 'application/grpc'],
    ...Object.entries(metadata),
  ].map(literal),
);
const payload = Buffer.from(message, 'base64');
const lengthPrefix = Buffer.alloc(5);
lengthPrefix.writeUInt32BE(payload.length, 1);
const grpcMessage = Buffer.concat([lengthPrefix, payload]);

const socket = connect({ host, port: Number(port), noDelay: true });
const sentAtMs = new Map();
const latenciesMs = [];
let nextStream = 1;
let unread = Buffer.alloc(0);
let granted = WINDOW_BYTES;

const settings = Buffer.alloc(6);
settings.writeUInt16BE(INITIAL_WINDOW_SETTING, 0);
settings.writeUInt32BE(WINDOW_BYTES, 2);
socket.write(Buffer.concat([PREFACE, frame(FRAME.settings, 0, 0, settings), grant(WINDOW_BYTES)]));
const started = nowMs();
for (let call = 0; call < concurrency; call += 1) send();
socket.on('data', read);
socket.on('error', fail);
socket.on('close', () => fail(new Error('The server closed the connection.')));

function send() {
  sentAtMs.set(nextStream, nowMs());
  socket.write(
    Buffer.concat([
      frame(FRAME.headers, END_HEADERS, nextStream, headerBlock),
      frame(FRAME.data, END_STREAM, nextStream, grpcMessage),
    ]),
  );
  nextStream += 2;
}

function read(bytes) {
  unread = unread.length === 0 ? bytes : Buffer.concat([unread, bytes]);
  let ended = 0;
  socket.cork();
  while (unread.length >= 9) {
    const length = unread.readUIntBE(0, 3);
    if (unread.length < 9 + length) break;
    const body = unread.subarray(9, 9 + length);
    ended += take(unread[3], unread[4], unread.readUInt32BE(5) & 0x7fffffff, body);
    unread = unread.subarray(9 + length);
  }
  if (nowMs() - started < ms) for (let call = 0; call < ended; call += 1) send();
  else if (sentAtMs.size === 0) finish();
  socket.uncork();
}

/** Returns how many calls the frame ends. */
function take(type, flags, stream, body) {
  if (type === FRAME.reset || type === FRAME.goAway) fail(new Error(`The server sent a frame of type ${type}.`));
  if (type === FRAME.settings && !(flags & ACK)) socket.write(frame(FRAME.settings, ACK, 0, Buffer.alloc(0)));
  if (type === FRAME.ping && !(flags & ACK)) socket.write(frame(FRAME.ping, ACK, 0, body));
  if (type === FRAME.data) {
    granted -= body.length;
    if (granted < WINDOW_BYTES / 2) {
      socket.write(grant(WINDOW_BYTES / 2));
      granted += WINDOW_BYTES / 2;
    }
  }
  if (type !== FRAME.headers || !(flags & END_STREAM)) return 0;
  latenciesMs.push(nowMs() - sentAtMs.get(stream));
  sentAtMs.delete(stream);
  return 1;
}

function finish() {
  console.log(
    JSON.stringify({
      requests: latenciesMs.length,
      seconds: (nowMs() - started) / 1_000,
      p50Ms: percentile(latenciesMs, 0.5),
      p99Ms: percentile(latenciesMs, 0.99),
    }),
  );
  process.exit(0);
}

function fail(error) {
  console.error(error.message);
  process.exit(1);
}

function grant(bytes) {
  const body = Buffer.alloc(4);
  body.writeUInt32BE(bytes, 0);
  return frame(FRAME.windowUpdate, 0, 0, body);
}

function frame(type, flags, stream, body) {
  const head = Buffer.alloc(9);
  head.writeUIntBE(body.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, body]);
}

/** A header field of HPACK as a literal that is not indexed (RFC 7541, 6.2.2): the same bytes for every call. */
function literal([name, value]) {
  return Buffer.concat([Buffer.from([0]), text(name), text(value)]);
}

function text(value) {
  const bytes = Buffer.from(value);
  if (bytes.length < 127) return Buffer.concat([Buffer.from([bytes.length]), bytes]);
  const rest = bytes.length - 127;
  const length = rest < 128 ? [127, rest] : [127, (rest & 127) | 128, rest >> 7];
  return Buffer.concat([Buffer.from(length), bytes]);
}
