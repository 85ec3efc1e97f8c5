import type { SqlDialect, SqlType } from './sql-dialect.js';
import type { SqlValue } from './sufficient-statistics.js';

/** Collects the parameters of a query; the same value of the same type is passed once. */
export class ParameterList {
  private readonly collected: SqlValue[] = [];
  private readonly expressions = new Map<string, string>();

  constructor(private readonly dialect: SqlDialect) {}

  get values(): readonly SqlValue[] {
    return this.collected;
  }

  /** The expression that stands for the value. */
  of(value: string | number, type: SqlType): string {
    const key = `${type} ${value}`;
    const known = this.expressions.get(key);
    if (known !== undefined) return known;
    this.collected.push(value);
    const expression = this.dialect.parameter(this.collected.length, type);
    this.expressions.set(key, expression);
    return expression;
  }
}
