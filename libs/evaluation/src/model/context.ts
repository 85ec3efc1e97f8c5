/** What the application says about the unit: any JSON-like value under any name, plus Date. */
export interface EvaluationContext {
  readonly targetingKey?: string;
  readonly [attribute: string]: unknown;
}
