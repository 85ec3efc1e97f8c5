import {
  DiscardPolicy,
  JetStreamApiError,
  type JetStreamManager,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
  type StreamInfo,
} from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';
import { DomainError } from '@sortition/kernel';

import { isFull, reachingLog } from './jetstream-failure.js';
import {
  DEFAULT_DUPLICATE_WINDOW_MS,
  DEFAULT_MAX_BYTES,
  DEFAULT_REPLICAS,
  type JetStreamSettings,
  type StreamLimits,
} from './jetstream-settings.js';

const STREAM_NOT_FOUND = 10_059;
/** JetStream's words for: made by somebody else meanwhile. */
const STREAM_NAME_IN_USE = 10_058;

/**
 * Makes the stream, or checks the one that is there. An existing stream is never changed: its operator decides.
 *
 * @throws DomainError INVALID_CONFIGURATION that names each setting at odds and what to do; EVENT_LOG_UNAVAILABLE.
 */
export async function ensureStream(manager: JetStreamManager, settings: JetStreamSettings): Promise<StreamInfo> {
  const existing = await existingStream(manager, settings.stream);
  const info = existing ?? (await addStream(manager, settings));
  const problems = problemsOf(info.config, settings);
  if (problems.length === 0) return info;
  throw misconfigured(
    `The stream "${settings.stream}" cannot be the event log: ${problems.join('; ')}. Change it with "nats stream edit ${settings.stream}", or change SORTITION_EVENT_LOG.`,
  );
}

async function existingStream(manager: JetStreamManager, name: string): Promise<StreamInfo | undefined> {
  return reachingLog(async () => {
    try {
      return await manager.streams.info(name);
    } catch (error) {
      if (error instanceof JetStreamApiError && error.code === STREAM_NOT_FOUND) return undefined;
      throw error;
    }
  });
}

async function addStream(manager: JetStreamManager, settings: JetStreamSettings): Promise<StreamInfo> {
  const { stream, limits } = settings;
  const replicas = limits.replicas ?? DEFAULT_REPLICAS;
  const maxBytes = limits.maxBytes ?? DEFAULT_MAX_BYTES;
  try {
    return await manager.streams.add({
      name: stream,
      subjects: subjectsOf(stream),
      storage: StorageType.File,
      retention: RetentionPolicy.Limits,
      discard: DiscardPolicy.New,
      num_replicas: replicas,
      max_bytes: maxBytes,
      duplicate_window: nanos(limits.duplicateWindowMs ?? DEFAULT_DUPLICATE_WINDOW_MS),
      // For marks of the platform's first versions, which may still run during an update.
      allow_rollup_hdrs: true,
    });
  } catch (error) {
    if (!(error instanceof JetStreamApiError)) return reachingLog(() => Promise.reject(error as Error));
    const made = error.code === STREAM_NAME_IN_USE ? await existingStream(manager, stream) : undefined;
    if (made) return made;
    const advice = isFull(error.code, error.message)
      ? `Give the servers more room or the log a smaller max_bytes than ${String(maxBytes)}`
      : `A log with replicas=${String(replicas)} needs a cluster of at least as many servers with JetStream`;
    throw misconfigured(`JetStream did not make the stream "${stream}": ${error.message}. ${advice}.`, error);
  }
}

function problemsOf(config: StreamConfig, { stream, limits }: JetStreamSettings): readonly string[] {
  const problem = (name: keyof StreamConfig, expected: unknown): string | undefined =>
    JSON.stringify(config[name]) === JSON.stringify(expected)
      ? undefined
      : `${name} is ${JSON.stringify(config[name])} and must be ${JSON.stringify(expected)}`;
  return [
    problem('subjects', subjectsOf(stream)),
    problem('storage', StorageType.File),
    problem('retention', RetentionPolicy.Limits),
    problem('discard', DiscardPolicy.New),
    problem('allow_rollup_hdrs', true),
    // Age or number would delete events that nobody has loaded.
    problem('max_age', 0),
    problem('max_msgs', -1),
    problem('max_msgs_per_subject', -1),
    ...wishes(limits).map(([name, expected]) => problem(name, expected)),
  ].filter((text) => text !== undefined);
}

function wishes(limits: StreamLimits): readonly (readonly [keyof StreamConfig, number])[] {
  const { replicas, maxBytes, duplicateWindowMs } = limits;
  return [
    ...(replicas === undefined ? [] : [['num_replicas', replicas] as const]),
    ...(maxBytes === undefined ? [] : [['max_bytes', maxBytes] as const]),
    ...(duplicateWindowMs === undefined ? [] : [['duplicate_window', nanos(duplicateWindowMs)] as const]),
  ];
}

function subjectsOf(stream: string): string[] {
  return [`${stream}.>`];
}

function misconfigured(message: string, cause?: unknown): DomainError {
  return new DomainError('failed-precondition', 'INVALID_CONFIGURATION', message, {
    cause,
    violations: [{ field: 'SORTITION_EVENT_LOG', description: message }],
  });
}
