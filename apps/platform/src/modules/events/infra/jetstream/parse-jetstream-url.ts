import { DomainError } from '@sortition/kernel';

import {
  DEFAULT_APPEND_DEADLINE_MS,
  DEFAULT_RETENTION_MS,
  DEFAULT_STREAM,
  type JetStreamSettings,
} from './jetstream-settings.js';

const FORM = 'nats://[user:password@]host:port[,host:port…][/stream][?replicas=3&…]';
const URL_PATTERN = /^(nats|tls):\/\/(?:([^:@/]*):([^@/]*)@)?([^/?@]+)(?:\/([^?]*))?(?:\?(.*))?$/;
const HOST_PATTERN = /^(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+)(:[0-9]{1,5})?$/;
const STREAM_PATTERN = /^[A-Za-z0-9_-]{1,64}$/;
const DEFAULT_PORT = ':4222';
const UNIT_MS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const UNIT_BYTES = { '': 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3, TiB: 1024 ** 4 };
const MIN_DUPLICATE_WINDOW_MS = 60_000;
const PARAMETERS = ['replicas', 'max_bytes', 'duplicate_window', 'retention', 'credentials', 'ca'];

/**
 * Reads `nats://…`; `tls://…` demands an encrypted connection.
 *
 * @throws DomainError INVALID_ARGUMENT that names the part at fault; a password is never repeated.
 */
export function parseJetStreamUrl(url: string): JetStreamSettings {
  const match = URL_PATTERN.exec(url);
  if (!match) throw invalid('is not of the form', FORM);
  const [, scheme, user, password, hosts = '', stream, query] = match;
  const parameters = new URLSearchParams(query ?? '');
  const unknown = [...parameters.keys()].find((name) => !PARAMETERS.includes(name));
  if (unknown !== undefined) throw invalid(`has the unknown option "${unknown}"; there are`, PARAMETERS.join(', '));
  const read = <T>(name: string, parse: (text: string, name: string) => T): T | undefined => {
    const text = parameters.get(name);
    return text === null ? undefined : parse(text, name);
  };
  return {
    servers: hosts.split(',').map(serverOf),
    user: user === undefined ? undefined : decoded(user),
    password: password === undefined ? undefined : decoded(password),
    credentialsPath: read('credentials', filled),
    certificatePath: read('ca', filled),
    isTls: scheme === 'tls',
    stream: stream === undefined || stream === '' ? DEFAULT_STREAM : streamOf(stream),
    limits: {
      replicas: read('replicas', replicasOf),
      maxBytes: read('max_bytes', bytesOf),
      duplicateWindowMs: read('duplicate_window', windowOf),
    },
    retentionMs: read('retention', durationOf) ?? DEFAULT_RETENTION_MS,
    appendDeadlineMs: DEFAULT_APPEND_DEADLINE_MS,
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw invalid('has a user or password with a % that starts no escape; write it as', '%25');
  }
}

function serverOf(text: string): string {
  const match = HOST_PATTERN.exec(text);
  if (!match) throw invalid(`has the server "${text}", which is not of the form`, 'host:port');
  return `${match[1] ?? ''}${match[2] ?? DEFAULT_PORT}`;
}

function streamOf(text: string): string {
  if (STREAM_PATTERN.test(text)) return text;
  throw invalid(`has the stream "${text}"; allowed are`, '1 to 64 of A-Z, a-z, 0-9, _ and -');
}

function replicasOf(text: string): number {
  if (['1', '3', '5'].includes(text)) return Number(text);
  throw invalid(`has replicas "${text}"; allowed are`, '1, 3 and 5');
}

function bytesOf(text: string): number {
  const match = /^([1-9][0-9]{0,14})(KiB|MiB|GiB|TiB|)$/.exec(text);
  if (match) return Number(match[1]) * UNIT_BYTES[match[2] as keyof typeof UNIT_BYTES];
  if (text === 'unlimited') return -1;
  throw invalid(`has max_bytes "${text}"; write it like`, '10GiB, or unlimited');
}

function durationOf(text: string, name: string): number {
  const match = /^([0-9]{1,6})(s|m|h|d)$/.exec(text);
  if (match) return Number(match[1]) * UNIT_MS[match[2] as keyof typeof UNIT_MS];
  throw invalid(`has ${name} "${text}"; write it like`, '90s, 10m, 24h or 7d');
}

/** Shorter than a minute the window could close between an append's attempts and a sender's own. */
function windowOf(text: string, name: string): number {
  const windowMs = durationOf(text, name);
  if (windowMs >= MIN_DUPLICATE_WINDOW_MS) return windowMs;
  throw invalid(`has ${name} "${text}"; the least is`, '60s');
}

function filled(text: string, name: string): string {
  if (text !== '') return text;
  throw invalid(`has an empty ${name}; it must be`, 'the path of a file');
}

function invalid(what: string, right: string): DomainError {
  return new DomainError('invalid', 'INVALID_ARGUMENT', `The address of the event log ${what} ${right}.`, {
    violations: [{ field: 'SORTITION_EVENT_LOG', description: `${what} ${right}` }],
  });
}
