import type { DescMethod, DescService } from '@bufbuild/protobuf';
import type { JsonObject } from '@sortition/kernel';

import { ProtoComments } from './proto-comments.js';
import { ProtoSchemas } from './proto-schemas.js';

const ERROR = 'connect.error';

/** The form of every failure: https://connectrpc.com/docs/protocol#error-end-stream. */
const ERROR_SCHEMA: JsonObject = {
  type: 'object',
  description:
    'A failure. Its details hold google.rpc.ErrorInfo with a stable reason, and BadRequest with the fields at fault.',
  properties: {
    code: {
      type: 'string',
      enum: [
        'canceled',
        'unknown',
        'invalid_argument',
        'deadline_exceeded',
        'not_found',
        'already_exists',
        'permission_denied',
        'resource_exhausted',
        'failed_precondition',
        'aborted',
        'out_of_range',
        'unimplemented',
        'internal',
        'unavailable',
        'data_loss',
        'unauthenticated',
      ],
    },
    message: { type: 'string' },
    details: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          type: { type: 'string', description: 'Full name of the message.' },
          value: { type: 'string', contentEncoding: 'base64', description: 'The message in binary.' },
        },
        required: ['type', 'value'],
      },
    },
  },
  required: ['code'],
};

/**
 * OpenAPI 3.1 of the unary RPCs of services as the Connect protocol serves them in JSON.
 *
 * @param version of the platform.
 */
export function openApiDocument(services: readonly DescService[], version: string): JsonObject {
  const comments = new ProtoComments();
  const schemas = new ProtoSchemas(comments);
  const unary = services.map((service) => ({
    service,
    methods: service.methods.filter(({ methodKind }) => methodKind === 'unary'),
  }));
  const served = unary.filter(({ methods }) => methods.length > 0);
  const paths = Object.fromEntries(
    served.flatMap(({ service, methods }) =>
      methods.map((method) => [
        `/${service.typeName}/${method.name}`,
        { post: operationOf(service, method, comments, schemas) },
      ]),
    ),
  );
  return {
    openapi: '3.1.1',
    info: {
      title: 'Sortition',
      version,
      description:
        'Every RPC of the platform but its client streams, by the Connect protocol: POST with JSON. The same paths take binary messages and gRPC-Web.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/', description: 'The HTTP port of the platform.' }],
    security: [{ apiKey: [] }],
    tags: served.map(({ service }) => ({ name: service.typeName, description: comments.of(service) || service.name })),
    paths,
    components: {
      securitySchemes: {
        apiKey: { type: 'http', scheme: 'bearer', description: 'An API key: sor_<kind>_<selector>_<secret>.' },
      },
      schemas: { ...schemas.components, [ERROR]: ERROR_SCHEMA },
    },
  };
}

function operationOf(
  service: DescService,
  method: DescMethod,
  comments: ProtoComments,
  schemas: ProtoSchemas,
): JsonObject {
  const description = comments.of(method);
  const [summary = method.name] = description.split(/(?<=\.)\s/);
  const failure = { 'application/json': { schema: { $ref: `#/components/schemas/${ERROR}` } } };
  return {
    operationId: `${service.typeName}.${method.name}`,
    tags: [service.typeName],
    summary: summary || method.name,
    ...(description !== '' && { description }),
    parameters: [
      {
        name: 'Connect-Timeout-Ms',
        in: 'header',
        description: 'How long the caller waits, in milliseconds.',
        schema: { type: 'integer', minimum: 0 },
      },
    ],
    requestBody: { required: true, content: { 'application/json': { schema: schemas.of(method.input) } } },
    responses: {
      '200': { description: 'The answer.', content: { 'application/json': { schema: schemas.of(method.output) } } },
      '4XX': { description: 'What the caller can act on.', content: failure },
      '5XX': { description: 'What the platform cannot do now.', content: failure },
    },
  };
}
