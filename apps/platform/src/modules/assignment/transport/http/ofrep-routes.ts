export const BULK_ROUTE = '/ofrep/v1/evaluate/flags';
export const FLAG_ROUTE = '/ofrep/v1/evaluate/flags/:key';
/** Largest body of an evaluation, in bytes. */
export const MAX_BODY_BYTES = 1024 * 1024;
