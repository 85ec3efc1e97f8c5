import type { Clock, MonotonicClock } from '@sortition/kernel';
import type { FastifyInstance } from 'fastify';

import type { Authenticator } from '../../../../runtime/auth/authenticator.js';
import type { StreamTokens } from '../../../../runtime/auth/stream-tokens.js';
import { answerDirectly } from '../../../../runtime/http/answer-directly.js';
import { HeldStreams } from '../../../../runtime/limits/held-streams.js';
import type { EvaluationLimits } from '../../../../runtime/limits/evaluation-limits.js';
import type { Limits } from '../../../../runtime/limits/limits.js';
import type { Environments } from '../../application/environments.js';
import type { EvaluateFlags } from '../../application/evaluate-flags.js';
import { LaterRevisions } from '../../application/later-revisions.js';
import type { ReadExposures } from '../read-exposures.js';
import { EventStreamHttp } from './event-stream.http.js';
import { EventStreams } from './event-streams.js';
import { OfferedEventStreams } from './offered-event-streams.js';
import { OfrepAnswers } from './ofrep-answers.js';
import { OfrepDirect, type OfrepDirectParts } from './ofrep-direct.js';
import { OfrepHttp } from './ofrep.http.js';

export interface OfrepEndpointsParts {
  readonly environments: Environments;
  readonly evaluate: EvaluateFlags;
  readonly authenticator: Authenticator;
  readonly streamTokens: StreamTokens;
  readonly limits: Limits;
  readonly evaluationLimits: EvaluationLimits;
  /** For the expiry of the tokens that open event streams. */
  readonly expiryClock: Clock;
  readonly monotonicClock: MonotonicClock;
  /** In [0, 1). */
  readonly random: () => number;
  /** Time between two signs of life on an event stream, in milliseconds. */
  readonly heartbeatMs: number;
  readonly exposures: ReadExposures;
}

/** All of OFREP: evaluations and their event streams. */
export class OfrepEndpoints {
  private readonly parts: Omit<OfrepDirectParts, 'logger'>;
  private readonly evaluations: OfrepHttp;
  private readonly streams: EventStreams;
  private readonly eventStream: EventStreamHttp;

  constructor(parts: OfrepEndpointsParts) {
    const { environments, evaluate, authenticator, streamTokens: tokens, evaluationLimits } = parts;
    const { limits, expiryClock, monotonicClock, random, heartbeatMs } = parts;
    const later = new LaterRevisions(monotonicClock);
    const now = (): number => monotonicClock.now();
    const held = new HeldStreams(tokens, random, limits.streams);
    this.streams = new EventStreams(environments, held, { heartbeatMs, now });
    const { streams } = this;
    this.eventStream = new EventStreamHttp({ environments, streams, authenticator, tokens, random });
    const offered = new OfferedEventStreams(tokens, expiryClock);
    const answers = new OfrepAnswers(evaluate, offered, parts.exposures);
    this.evaluations = new OfrepHttp({ environments, later, answers, authenticator, limits: evaluationLimits });
    this.parts = { environments, answers, authenticator, limits: evaluationLimits };
  }

  get openEventStreams(): number {
    return this.streams.size;
  }

  register(fastify: FastifyInstance): void {
    this.evaluations.register(fastify);
    this.eventStream.register(fastify);
    const direct = new OfrepDirect({ ...this.parts, logger: fastify.log });
    answerDirectly(fastify, (request, response) => direct.answer(request, response));
  }

  /** Starts the heartbeats of event streams and the looks at their keys. */
  start(): void {
    this.streams.start();
  }

  /** Ends the event streams. */
  stop(): void {
    this.streams.stop();
  }
}
