/** The command was called wrongly: exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';

  constructor(
    message: string,
    options?: ErrorOptions,
    /** What else is wrong, each shown on a line of its own. */
    readonly problems: readonly string[] = [],
  ) {
    super(message, options);
  }
}
