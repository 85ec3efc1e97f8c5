import { inexactNumbers, refuseViolations } from '@sortition/declaration';
import type { FastifyInstance } from 'fastify';

/** Lets the routes of a scope read JSON whose numbers double precision holds; others are refused, naming the field. */
export function readExactJson(scope: FastifyInstance): void {
  const parse = scope.getDefaultJsonParser('error', 'error');
  scope.removeContentTypeParser('application/json');
  scope.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    const text = body as string;
    void parse(request, text, (error, value: unknown) => {
      try {
        if (!error) refuseViolations(inexactNumbers(text));
        done(error, value);
      } catch (refusal) {
        done(refusal as Error);
      }
    });
  });
}
