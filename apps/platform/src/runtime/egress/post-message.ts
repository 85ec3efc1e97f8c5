import { Buffer } from 'node:buffer';
import { lookup as lookUpAll, type LookupAddress } from 'node:dns';
import { request as requestHttp, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';

import type { AllowedAddresses } from './allowed-addresses.js';

export interface Message {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface EgressOptions {
  readonly addresses: AllowedAddresses;
  /** For everything from the look-up of the name to the end of the answer, in milliseconds. */
  readonly deadlineMs: number;
  /** Bytes of an answer that are read; what follows is not waited for. */
  readonly answerBytes: number;
}

/** The receiver may not be called. Never a failure of the network. */
export class EgressRefused extends Error {}

/**
 * Sends one message to a receiver that somebody outside chose. The address is checked when the socket connects to it, so
 * that a name which leads elsewhere meanwhile leads nowhere. Redirections are answers like any other.
 *
 * @returns the status of the answer.
 * @throws EgressRefused when the address is not allowed; Error when there is no answer in time.
 */
export async function postMessage(message: Message, options: EgressOptions): Promise<number> {
  const { addresses, deadlineMs, answerBytes } = options;
  const url = new URL(message.url);
  if (url.username !== '' || url.password !== '') throw new EgressRefused('The URL must not hold credentials.');
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  // A socket looks up names only; an address is used as it stands.
  if (isIP(host) !== 0) requireAllowed(host, url, addresses);
  const body = Buffer.from(message.body);
  const settings: RequestOptions = {
    method: 'POST',
    headers: { ...message.headers, 'content-length': String(body.length) },
    // Connections are not shared: what was checked for one message holds for that message.
    agent: false,
    lookup: checkedLookup(url, addresses),
    signal: AbortSignal.timeout(deadlineMs),
    maxHeaderSize: answerBytes,
  };
  const send = url.protocol === 'https:' ? requestHttps : requestHttp;
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    send(url, settings, resolve).on('error', reject).end(body);
  });
  return readStatus(answer, answerBytes);
}

async function readStatus(answer: IncomingMessage, mostBytes: number): Promise<number> {
  let bytes = 0;
  try {
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes >= mostBytes) break;
    }
  } catch (error) {
    // The status was said; what follows it matters to nobody.
    if (answer.statusCode === undefined) throw error;
  }
  answer.destroy();
  return answer.statusCode ?? 0;
}

/** Looks a name up for a socket and gives it only addresses that may be called. */
function checkedLookup(url: URL, addresses: AllowedAddresses): LookupFunction {
  return (hostname, options, callback) => {
    lookUpAll(hostname, { ...options, all: true }, (error, found) => {
      if (error) {
        callback(error, '', 0);
        return;
      }
      try {
        for (const { address } of found) requireAllowed(address, url, addresses);
      } catch (refusal) {
        callback(refusal as NodeJS.ErrnoException, '', 0);
        return;
      }
      answerLookup(found, options.all === true, callback);
    });
  };
}

function answerLookup(
  found: readonly LookupAddress[],
  isAllWanted: boolean,
  callback: Parameters<LookupFunction>[2],
): void {
  const [first] = found;
  if (isAllWanted) callback(null, [...found]);
  else callback(null, first?.address ?? '', first?.family ?? 0);
}

function requireAllowed(address: string, { protocol, hostname }: URL, addresses: AllowedAddresses): void {
  if (!addresses.allows(address)) {
    throw new EgressRefused(
      `${hostname} is at ${address}, which is not public. The operator can allow it with SORTITION_EGRESS_NETWORKS.`,
    );
  }
  if (protocol !== 'https:' && !addresses.lists(address)) {
    throw new EgressRefused(
      `${hostname} would be called without TLS. Use https, or let the operator allow ${address} with SORTITION_EGRESS_NETWORKS.`,
    );
  }
}
