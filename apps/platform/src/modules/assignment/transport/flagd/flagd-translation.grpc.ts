import type { interoperability } from '@sortition/contracts';

import type { NativeGrpcRegistry } from '../../../../runtime/grpc/native-grpc.js';
import type { ReadFlagdTranslation } from '../../application/read-flagd-translation.js';
import { environmentOf } from '../environment-of.js';

/** Serves InteroperabilityService. */
export class FlagdTranslationGrpc {
  constructor(private readonly read: ReadFlagdTranslation) {}

  register(registry: NativeGrpcRegistry): void {
    registry.unary<interoperability.GetFlagdTranslationRequest, interoperability.GetFlagdTranslationResponse>(
      '/sortition.assignment.v1.InteroperabilityService/GetFlagdTranslation',
      async ({ request }, principal) => {
        const environment = environmentOf(request, principal);
        const { revision, translation } = await this.read.execute(principal.organizationId, environment);
        const { translatedCount, leftOut } = translation;
        return { revision, translatedCount, leftOut };
      },
    );
  }
}
