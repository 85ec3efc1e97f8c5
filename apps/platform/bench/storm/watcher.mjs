/**
 * A snapshot stream of the least cost: one HTTP/2 connection with gRPC's framing, resumed and reconnected the way a
 * provider does it. It keeps the revision and the content hash, and notes everything that no server may do.
 */
import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { connect, constants } from 'node:http2';
import { setTimeout } from 'node:timers';

import { assignment } from '@sortition/contracts';
import { backoffMs } from '@sortition/openfeature-core';

const BACKOFF = { initialMs: 100, maxMs: 10_000 };
const FRAME_HEADER = 5;

export class Watcher {
  revision = 0;
  contentHash = '';
  isConnected = false;
  failures = 0;
  wrong = [];

  constructor(address, credential, onState) {
    this.address = address;
    this.credential = credential;
    this.onState = onState;
    this.firstMessage = new Promise((resolve) => {
      this.gotFirstMessage = resolve;
    });
  }

  open() {
    const session = connect(`http://${this.address}`);
    let hasEnded = false;
    const ended = () => {
      if (hasEnded) return;
      hasEnded = true;
      this.isConnected = false;
      session.destroy();
      this.failures += 1;
      setTimeout(() => this.open(), backoffMs(this.failures, BACKOFF, Math.random()));
    };
    session.on('error', ended);
    session.on('close', ended);
    session.on('goaway', ended);
    const stream = session.request({
      [constants.HTTP2_HEADER_METHOD]: 'POST',
      [constants.HTTP2_HEADER_PATH]: '/sortition.assignment.v1.SnapshotService/WatchSnapshot',
      'content-type': 'application/grpc',
      te: 'trailers',
      authorization: `Bearer ${this.credential}`,
    });
    stream.on('error', ended);
    stream.on('end', ended);
    let waiting = Buffer.alloc(0);
    stream.on('data', (chunk) => {
      waiting = waiting.length === 0 ? chunk : Buffer.concat([waiting, chunk]);
      while (waiting.length >= FRAME_HEADER) {
        const length = waiting.readUInt32BE(1);
        if (waiting.length < FRAME_HEADER + length) return;
        this.take(assignment.WatchSnapshotResponse.decode(waiting.subarray(FRAME_HEADER, FRAME_HEADER + length)));
        waiting = waiting.subarray(FRAME_HEADER + length);
      }
    });
    const request = assignment.WatchSnapshotRequest.encode({
      fromRevision: this.revision,
      contentHash: this.contentHash,
    }).finish();
    const frame = Buffer.alloc(FRAME_HEADER + request.length);
    frame.writeUInt32BE(request.length, 1);
    frame.set(request, FRAME_HEADER);
    stream.end(frame);
  }

  take({ update, revision, contentHash }) {
    if (revision < this.revision) this.wrong.push(`went back from ${this.revision} to ${revision}`);
    if (update?.$case === 'full') {
      const hash = createHash('sha256').update(update.value).digest('hex');
      if (hash !== contentHash) this.wrong.push(`the state of ${revision} is not what its hash says`);
    } else if (update?.$case === 'delta') {
      const { fromRevision } = JSON.parse(update.value.toString());
      if (fromRevision !== this.revision) this.wrong.push(`a change from ${fromRevision} came at ${this.revision}`);
    } else if (this.isConnected === false && contentHash !== this.contentHash) {
      this.wrong.push(`was told that ${revision} is current`);
    }
    this.revision = revision;
    this.contentHash = contentHash;
    this.isConnected = true;
    this.failures = 0;
    this.gotFirstMessage();
    this.onState();
  }
}
