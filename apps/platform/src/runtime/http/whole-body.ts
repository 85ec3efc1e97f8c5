import type { IncomingMessage } from 'node:http';

/** Calls `then` with the whole body of a request; never when its sender is gone before that. */
export function whenBodyArrived(request: IncomingMessage, then: (body: Buffer) => void): void {
  // Nearly every body arrives at once.
  let first: Buffer | undefined;
  let rest: Buffer[] | undefined;
  request.on('data', (chunk: Buffer) => {
    if (first === undefined) first = chunk;
    else (rest ??= [first]).push(chunk);
  });
  request.on('end', () => {
    then(rest === undefined ? (first ?? EMPTY) : Buffer.concat(rest));
  });
  // A connection that breaks is closed; there is nobody to tell.
  request.on('error', () => undefined);
}

const EMPTY = Buffer.alloc(0);
