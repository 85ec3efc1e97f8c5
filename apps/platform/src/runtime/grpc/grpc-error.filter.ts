import { Catch, type ArgumentsHost, type RpcExceptionFilter } from '@nestjs/common';
import { DomainError } from '@sortition/kernel';
import type { Logger } from 'pino';
import { type Observable, throwError } from 'rxjs';

import { statusOfError } from './status-of-error.js';

/** Turns failures of Nest's gRPC methods into gRPC statuses. */
@Catch()
export class GrpcErrorFilter implements RpcExceptionFilter {
  constructor(private readonly logger: Logger) {}

  catch(error: unknown, _host: ArgumentsHost): Observable<never> {
    if (!(error instanceof DomainError)) this.logger.error({ err: error }, 'unexpected failure of an RPC');
    return throwError(() => statusOfError(error));
  }
}
