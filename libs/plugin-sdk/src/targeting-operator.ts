/**
 * A targeting operator that a plugin adds; rules use it as
 * `{ "operator": "acme.businessHours", "arguments": ... }`.
 *
 * The same object works everywhere: a plugin gives it to the platform, and an application gives it to the option
 * `operators` of the server provider, which then decides its flags in process.
 */
export interface TargetingOperator<TArguments = unknown> {
  /** Stable id that is stored in rules, a namespace before the point. Renaming it breaks stored rules. */
  readonly name: `${string}.${string}`;
  /** Runs once, when a rule is loaded. Throws to reject the rule; the message says why. */
  parse(args: unknown): TArguments;
  /**
   * Runs per evaluation. Pure, synchronous and deterministic: it reads its arguments and the context, and no clock. When
   * it throws, the rule does not match.
   *
   * @param context attributes by name, as the application gave them; any of them may be missing or of any type.
   */
  matches(args: TArguments, context: Readonly<Record<string, unknown>>): boolean;
  /** What it decides, for readers and for `sortition plugin test`: at least one that matches and one that does not. */
  readonly examples?: readonly OperatorExample[];
}

/** Arguments and a context, and whether the operator matches them. */
export interface OperatorExample {
  /** As a rule holds them, which `parse` accepts. */
  readonly arguments: unknown;
  readonly context: Readonly<Record<string, unknown>>;
  readonly matches: boolean;
}

/** Returns the operator as given, with the type of its arguments inferred. */
export function defineTargetingOperator<TArguments>(
  operator: TargetingOperator<TArguments>,
): TargetingOperator<TArguments> {
  return operator;
}
