import { type ServiceError, status } from '@grpc/grpc-js';

/** The parts of a stream that end it with a failure. */
export interface FailingCall {
  emit(event: 'error', error: Partial<ServiceError>): unknown;
}

/**
 * Ends a stream because the process stops, as a failure: flagd's client for Node does not notice a stream that ends
 * well, and would never connect again.
 */
export function endForShutdown(call: FailingCall): void {
  call.emit('error', { code: status.UNAVAILABLE, details: 'The server shuts down; connect again.' });
}
