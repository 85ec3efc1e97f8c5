import type { ChannelCredentials } from '@grpc/grpc-js';
import type { Operator } from '@sortition/evaluation';
import { type IsPrivate, privateAttributes } from '@sortition/openfeature-core';

import { guarded, type OnEventsLost, warnOfFirst } from './events-lost.js';

/** How flags are evaluated: here, from a snapshot that a stream keeps current, or by a call for each evaluation. */
export type EvaluationMode = 'in-process' | 'remote';

/** Certificates and keys in PEM. */
export interface TlsOptions {
  /** Who has to have signed the platform's certificate. Default: the authorities that Node trusts. */
  readonly certificateAuthority?: string | Buffer;
  /** The client's own certificate, for a platform that asks for one. Needs `privateKey`. */
  readonly certificate?: string | Buffer;
  readonly privateKey?: string | Buffer;
}

export interface SortitionProviderOptions {
  /** Where the platform's gRPC listens: `host:port`, or a URL `http://host:port` (plain text) or `https://host:port` (TLS). */
  readonly address: string;
  /** A key of kind `server`; `remote` also works with kind `client`. */
  readonly apiKey: string;
  /** Default `in-process`. */
  readonly mode?: EvaluationMode;
  /** TLS. Default: as the URL says, and plain text for `host:port`. */
  readonly tls?: boolean | TlsOptions | ChannelCredentials;
  /**
   * Where the last known good snapshot is kept, so that a process starts and answers while the platform is away.
   * Default: nowhere. `in-process` only.
   */
  readonly cacheDirectory?: string;
  /**
   * Context attributes whose values never leave the process, as paths of nested names joined by dots; everything below
   * such a path is private as well. Rules that look at them match in process; where the platform is asked, they are
   * missing.
   */
  readonly privateAttributes?: readonly string[];
  /** Operators of plugins. Flags that use another one are decided by the platform. `in-process` only. */
  readonly operators?: readonly Operator[];
  /** Longest time that `initialize` waits for the first state, in milliseconds. Default 10,000. */
  readonly initTimeoutMs?: number;
  /** Longest time that a remote evaluation takes, in milliseconds. Default 2,000. */
  readonly requestTimeoutMs?: number;
  /** Longest time that closing takes to send what is waiting, in milliseconds. Default 3,000. */
  readonly closeTimeoutMs?: number;
  /** Longest delay between two attempts to reconnect, in milliseconds. Default 10,000. */
  readonly maxReconnectDelayMs?: number;
  /** A stream without a sign of life for this time is given up, in milliseconds. Default 45,000. */
  readonly streamIdleTimeoutMs?: number;
  /** A connection that is lost for longer is an ERROR instead of STALE, in milliseconds. Default 60,000. `in-process` only. */
  readonly staleGraceMs?: number;
  /** While no stream can be held, the state is read this often, in milliseconds. Default 30,000. */
  readonly pollIntervalMs?: number;
  /** Longest time that an exposure or tracked event waits for others, in milliseconds. Default 1,000. */
  readonly flushIntervalMs?: number;
  /** Exposures and tracked events held while the platform is away; further ones are dropped. Default 10,000. */
  readonly eventCapacity?: number;
  /** Is told of exposures and tracked events that are lost. Default: a process warning of the first for each reason. */
  readonly onEventsLost?: OnEventsLost;
  /** Exposures remembered so that they are recorded once. Default 50,000. */
  readonly recentExposures?: number;
  /** Paths under which contexts hold units for `track()`, besides `targetingKey` and those of experiments. */
  readonly unitAttributes?: readonly string[];
}

export type ProviderSettings = Readonly<
  Required<Omit<SortitionProviderOptions, 'tls' | 'address' | 'cacheDirectory' | 'privateAttributes'>> & {
    readonly cacheDirectory: string | undefined;
    readonly isPrivate: IsPrivate;
    /** `host:port` for grpc-js. */
    readonly target: string;
    readonly tls: boolean | TlsOptions | ChannelCredentials;
    /** The server sends a stream's first message at once: one without it in this time is given up, in milliseconds. */
    readonly firstMessageTimeoutMs: number;
  }
>;

const MODES: readonly string[] = ['in-process', 'remote'] satisfies readonly EvaluationMode[];

/** @throws TypeError naming the option that is missing or malformed. */
export function providerSettings(options: SortitionProviderOptions): ProviderSettings {
  const { address, apiKey, mode = 'in-process' } = options;
  if (typeof apiKey !== 'string' || apiKey === '') throw new TypeError('The option apiKey is missing.');
  if (!MODES.includes(mode)) {
    throw new TypeError(`The option mode is ${JSON.stringify(mode)}; it must be "in-process" or "remote".`);
  }
  if (options.cacheDirectory === '') throw new TypeError('The option cacheDirectory is empty.');
  const { target, isSecure } = targetOf(address);
  const initTimeoutMs = milliseconds('initTimeoutMs', options.initTimeoutMs, 10_000);
  return {
    apiKey,
    mode,
    target,
    tls: options.tls ?? isSecure,
    cacheDirectory: options.cacheDirectory,
    isPrivate: privateAttributes(options.privateAttributes ?? []),
    operators: options.operators ?? [],
    initTimeoutMs,
    firstMessageTimeoutMs: initTimeoutMs / 2,
    requestTimeoutMs: milliseconds('requestTimeoutMs', options.requestTimeoutMs, 2_000),
    closeTimeoutMs: milliseconds('closeTimeoutMs', options.closeTimeoutMs, 3_000),
    maxReconnectDelayMs: milliseconds('maxReconnectDelayMs', options.maxReconnectDelayMs, 10_000),
    streamIdleTimeoutMs: milliseconds('streamIdleTimeoutMs', options.streamIdleTimeoutMs, 45_000),
    staleGraceMs: milliseconds('staleGraceMs', options.staleGraceMs, 60_000),
    pollIntervalMs: milliseconds('pollIntervalMs', options.pollIntervalMs, 30_000),
    flushIntervalMs: milliseconds('flushIntervalMs', options.flushIntervalMs, 1_000),
    eventCapacity: count('eventCapacity', options.eventCapacity, 10_000),
    onEventsLost: options.onEventsLost ? guarded(options.onEventsLost) : warnOfFirst(),
    recentExposures: count('recentExposures', options.recentExposures, 50_000),
    unitAttributes: options.unitAttributes ?? [],
  };
}

function targetOf(address: unknown): { readonly target: string; readonly isSecure: boolean } {
  const match = typeof address === 'string' ? /^(?:(https?):\/\/)?([^/\s]+:\d+)\/?$/.exec(address) : null;
  const target = match?.[2];
  if (target === undefined) {
    throw new TypeError(
      `The option address is ${JSON.stringify(address)}; it must be like "localhost:7800" or "https://flags.example.com:443".`,
    );
  }
  return { target, isSecure: match?.[1] === 'https' };
}

function milliseconds(name: string, value: number | undefined, fallback: number): number {
  return atLeast(name, value, fallback, 'a number of milliseconds greater than 0', Number.MIN_VALUE);
}

function count(name: string, value: number | undefined, fallback: number): number {
  return Math.floor(atLeast(name, value, fallback, 'a number of at least 1', 1));
}

function atLeast(name: string, value: number | undefined, fallback: number, expected: string, least: number): number {
  if (value === undefined) return fallback;
  if (Number.isFinite(value) && value >= least) return value;
  throw new TypeError(`The option ${name} is ${String(value)}; it must be ${expected}.`);
}
