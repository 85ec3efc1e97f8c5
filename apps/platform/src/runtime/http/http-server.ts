import type { AddressInfo } from 'node:net';

import { cors as connectCors } from '@connectrpc/connect';
import cors from '@fastify/cors';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { DomainError } from '@sortition/kernel';
import { type FastifyError, type FastifyReply, type FastifyRequest, LogController } from 'fastify';
import type { Logger } from 'pino';

import { recordHttp } from '../telemetry/request-telemetry.js';
import { drainBodies } from './drain-body.js';
import { hostAndPort } from '../host-and-port.js';
import { replyWithError } from './http-error.js';
import { replyToUnknownUrl, replyToUnreadableUrl } from './unrouted-request.js';

/** Largest request body that is read, in bytes. */
const MAX_BODY_BYTES = 4 * 1024 * 1024;
const MAX_PARAMETER_LENGTH = 16 * 1024;
/** Until a request has arrived whole, however slowly it trickles. */
const REQUEST_TIMEOUT_MS = 30_000;
/** Time between two looks for requests that take too long. */
const REQUEST_CHECK_MS = 5_000;
const CORS_MAX_AGE_SECONDS = 600;

/** Nest's Fastify adapter without Nest's error handlers: errors have the platform's own form. */
class HttpAdapter extends FastifyAdapter {
  override setErrorHandler(): ReturnType<FastifyAdapter['setErrorHandler']> {
    return this.getInstance();
  }

  override setNotFoundHandler(): ReturnType<FastifyAdapter['setNotFoundHandler']> {
    return this.getInstance();
  }
}

export interface HttpOptions {
  /** Addresses and networks whose `X-Forwarded-For` tells who calls. */
  readonly trustedProxies?: readonly string[] | undefined;
  /** Undefined: 30 seconds. */
  readonly requestTimeoutMs?: number;
  readonly requestCheckMs?: number;
}

/** The Fastify server behind Nest's adapter. */
export function httpAdapter(
  logger: Logger,
  { trustedProxies, requestTimeoutMs = REQUEST_TIMEOUT_MS, requestCheckMs = REQUEST_CHECK_MS }: HttpOptions = {},
): FastifyAdapter {
  return new HttpAdapter({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: MAX_BODY_BYTES,
    requestTimeout: requestTimeoutMs,
    http: {
      connectionsCheckingInterval: requestCheckMs,
      // Node exchanges the two timeouts when this one is the longer, and its default is a minute.
      headersTimeout: requestTimeoutMs / 2,
    },
    ...(trustedProxies && trustedProxies.length > 0 && { trustProxy: [...trustedProxies] }),
    forceCloseConnections: true,
    frameworkErrors: (_error: FastifyError, request: FastifyRequest, reply: FastifyReply) => {
      void replyToUnreadableUrl(request, reply);
    },
    // A key that is too long is for the route to refuse; the length of a URL is bounded by that of the headers.
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: MAX_PARAMETER_LENGTH },
  });
}

/** Registers what every route needs; before Nest registers its own. */
export async function prepareHttp(app: NestFastifyApplication, allowedOrigins: readonly string[]): Promise<void> {
  const fastify = app.getHttpAdapter().getInstance();
  if (allowedOrigins.length > 0) {
    await app.register(cors, {
      origin: allowedOrigins.includes('*') ? '*' : [...allowedOrigins],
      methods: ['GET', 'POST', 'OPTIONS'],
      allowedHeaders: [
        'Authorization',
        'X-API-Key',
        'If-None-Match',
        'Last-Event-ID',
        'Sortition-If-None-Match',
        'Sortition-Flag-Config-Etag',
        'flagd-selector',
        ...connectCors.allowedHeaders,
      ],
      exposedHeaders: ['ETag', 'Retry-After', ...connectCors.exposedHeaders],
      maxAge: CORS_MAX_AGE_SECONDS,
    });
  }
  drainBodies(fastify);
  fastify.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'unknown';
    // A stream lasts as long as its caller wants.
    if (!String(reply.getHeader('content-type')).startsWith('text/event-stream')) {
      recordHttp({ method: request.method, route, status: reply.statusCode }, reply.elapsedTime);
    }
    done();
  });
  fastify.setErrorHandler((error, _request, reply) => replyWithError(reply, error));
  fastify.setNotFoundHandler(replyToUnknownUrl);
}

/** Starts to listen and returns the base URL. */
export async function listenHttp(app: NestFastifyApplication, host: string, port: number): Promise<string> {
  try {
    await app.listen(port, host);
  } catch (error) {
    throw new DomainError(
      'failed-precondition',
      'INVALID_CONFIGURATION',
      `The HTTP port ${hostAndPort(host, port)} cannot be opened (${error instanceof Error ? error.message : String(error)}). Choose another with --http-port, or 0 for any free one.`,
      { cause: error, violations: [{ field: 'httpPort', description: `"${String(port)}" cannot be opened` }] },
    );
  }
  const address = app.getHttpServer().address() as AddressInfo;
  return `http://${hostAndPort(host, address.port)}`;
}
