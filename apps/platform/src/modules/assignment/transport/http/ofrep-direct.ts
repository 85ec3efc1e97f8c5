import type { IncomingMessage, ServerResponse } from 'node:http';

import type { Logger } from 'pino';

import type { Authenticator } from '../../../../runtime/auth/authenticator.js';
import { credentialOf } from '../../../../runtime/http/credential.js';
import { readJson } from '../../../../runtime/http/read-json.js';
import { whenBodyArrived } from '../../../../runtime/http/whole-body.js';
import { callerAddress } from '../../../../runtime/limits/caller-address.js';
import type { EvaluationLimits } from '../../../../runtime/limits/evaluation-limits.js';
import { recordHttp } from '../../../../runtime/telemetry/request-telemetry.js';
import type { Environments } from '../../application/environments.js';
import type { OfrepAnswer, OfrepAnswers, OfrepCaller } from './ofrep-answers.js';
import { JSON_TYPE, OFREP_INTERNAL_ERROR, ofrepFailure } from './ofrep-error.js';
import { BULK_ROUTE, FLAG_ROUTE, MAX_BODY_BYTES } from './ofrep-routes.js';

export interface OfrepDirectParts {
  readonly environments: Environments;
  readonly answers: OfrepAnswers;
  readonly authenticator: Authenticator;
  readonly limits: EvaluationLimits;
  readonly logger: Pick<Logger, 'error'>;
}

/** The paths of evaluations where nothing has to be decoded. */
const PATH = /^\/ofrep\/v1\/evaluate\/flags(?:\/([\w.~-]+))?$/;
/** Headers of requests that are Fastify's: they need leave of their origin, a body read in another way, a newer state. */
const INDIRECT = [
  'origin',
  'content-encoding',
  'transfer-encoding',
  'expect',
  'sortition-flag-config-etag',
  'sortition-if-none-match',
] as const;
const JSON_TYPES: ReadonlySet<string | undefined> = new Set(['application/json', JSON_TYPE]);

/**
 * Answers the evaluations of applications' servers without Fastify, as it would (decision 0022): those whose key and
 * environment are at hand, in plain JSON. It takes no other.
 */
export class OfrepDirect {
  constructor(private readonly parts: OfrepDirectParts) {}

  /** Returns whether it takes the request. */
  answer(request: IncomingMessage, response: ServerResponse): boolean {
    const { method, url = '', headers } = request;
    if (method !== 'POST' || !JSON_TYPES.has(headers['content-type'])) return false;
    if (INDIRECT.some((name) => headers[name] !== undefined)) return false;
    if (!(Number(headers['content-length']) <= MAX_BODY_BYTES)) return false;
    const path = PATH.exec(url);
    const caller = path && this.callerOf(request);
    if (!caller) return false;
    const startedAtMs = performance.now();
    const [, key] = path;
    whenBodyArrived(request, (body) => {
      const send = (answer: OfrepAnswer): void => {
        if (response.destroyed) return;
        write(response, answer);
        const route = key === undefined ? BULK_ROUTE : FLAG_ROUTE;
        recordHttp({ method, route, status: answer.status }, performance.now() - startedAtMs);
      };
      const fail = (error: unknown): void => {
        send(this.failureOf(error, key));
      };
      try {
        const answer = this.evaluate(caller, key, body, request);
        if (answer instanceof Promise) answer.then(send, fail);
        else send(answer);
      } catch (error) {
        fail(error);
      }
    });
    return true;
  }

  private callerOf(request: IncomingMessage): OfrepCaller | undefined {
    const { authenticator, environments } = this.parts;
    const apiKey = credentialOf(request);
    if (apiKey === undefined) return undefined;
    try {
      const principal = authenticator.authorizeCached(apiKey, 'resolve');
      // Client keys are used in browsers, and their callers' addresses may be told by a proxy.
      if (principal?.kind !== 'server' || !principal.environment) return undefined;
      const state = environments.current(principal.environment.id);
      return state && { apiKey, principal, state, headers: request.headers };
    } catch {
      // A key that is good no more is refused where all others are.
      return undefined;
    }
  }

  private evaluate(
    caller: OfrepCaller,
    key: string | undefined,
    bytes: Buffer,
    request: IncomingMessage,
  ): OfrepAnswer | Promise<OfrepAnswer> {
    const { answers, limits } = this.parts;
    limits.take(caller.principal, () => callerAddress(request.socket.remoteAddress));
    const body = readJson(bytes);
    if (key !== undefined) return answers.one(caller, key, body);
    return answers.all(caller, body);
  }

  private failureOf(error: unknown, key: string | undefined): OfrepAnswer {
    const failure = ofrepFailure(error, key);
    if (!failure) this.parts.logger.error({ err: error }, 'unexpected failure of an OFREP request');
    return failure ?? OFREP_INTERNAL_ERROR;
  }
}

function write(response: ServerResponse, { status, headers, body }: OfrepAnswer): void {
  if (body === undefined) {
    response.writeHead(status, headers).end();
    return;
  }
  const bytes = Buffer.byteLength(body);
  response.writeHead(status, { ...headers, 'Content-Type': JSON_TYPE, 'Content-Length': bytes });
  // Text of one byte for each character is ASCII, which Node writes faster when it is told.
  response.end(body, bytes === body.length ? 'latin1' : 'utf8');
}
