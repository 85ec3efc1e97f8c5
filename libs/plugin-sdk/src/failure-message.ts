/**
 * The message of whatever was thrown. Of failures that are reported together, such as those of every address of a host,
 * it is the first one's.
 */
export function failureMessage(error: unknown): string {
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
  // Errors of native libraries are not instances of every realm's `Error`.
  const message = (first as { readonly message?: unknown } | null | undefined)?.message;
  return typeof message === 'string' ? message : String(first);
}
