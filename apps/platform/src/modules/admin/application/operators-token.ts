/** Injection token of the `CompileOptions` with which written configuration is checked. */
export const OPERATORS = Symbol('Operators');
