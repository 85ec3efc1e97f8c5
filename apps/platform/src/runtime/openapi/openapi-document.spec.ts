import { describe, expect, it } from '@jest/globals';
import { createConfig, lintFromString } from '@redocly/openapi-core';

import { rpcDescriptors } from '../grpc/rpc-descriptors.js';
import { openApiDocument } from './openapi-document.js';

describe('the OpenAPI document', () => {
  const document = openApiDocument(
    rpcDescriptors(() => true),
    '1.2.3',
  );

  it('is one without a fault, by the recommended rules of Redocly', async () => {
    const config = await createConfig({ extends: ['recommended'] });

    const problems = await lintFromString({ source: JSON.stringify(document), config });

    expect(problems.map(({ ruleId, message, location }) => [ruleId, message, location[0]?.pointer])).toEqual([]);
  });

  it('describes every unary RPC, with the comments of its proto file', () => {
    const unary = rpcDescriptors(() => true).flatMap(({ typeName, methods }) =>
      methods.filter(({ methodKind }) => methodKind === 'unary').map(({ name }) => `/${typeName}/${name}`),
    );

    expect(Object.keys(document['paths'] as object).sort()).toEqual(unary.sort());
    expect(document).toMatchObject({
      components: {
        schemas: {
          'sortition.types.v1.Flag': {
            properties: { variants: { type: 'array' }, name: { type: 'string', description: expect.any(String) } },
          },
        },
      },
    });
  });

  it('refers to nothing that it does not hold', () => {
    const text = JSON.stringify(document);
    const { schemas } = document['components'] as { readonly schemas: object };

    const names = [...text.matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map(([, name]) => name ?? '');

    expect(names.filter((name) => !Object.hasOwn(schemas, name))).toEqual([]);
  });
});
