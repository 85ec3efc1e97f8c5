const DECIMAL = /^[-+]?(\d*)\.?(\d*)(?:[eE]([-+]?\d+))?$/;
/** Digits that tell a double from every other. */
const DOUBLE_DIGITS = 17;

/**
 * Whether double precision holds a decimal literal. Whole numbers must be a double, or what programs print for one:
 * 9007199254740993 is not held, it would become 9007199254740992. Numbers that overflow or underflow are not held. Fractions below 2^53 are
 * rounded to the nearest double, as everywhere, and count as held.
 */
export function isHeldByDouble(literal: string): boolean {
  const value = Number(literal);
  if (!Number.isFinite(value)) return false;
  if (value === 0) return !/[1-9]/.test(literal.replace(/[eE].*/, ''));
  if (Math.abs(value) <= Number.MAX_SAFE_INTEGER) return true;
  // Beyond, every double is whole. What is written must be it, or what programs print for it, in short or in 17 digits.
  const written = digitsOf(literal);
  return [String(value), value.toPrecision(DOUBLE_DIGITS), String(BigInt(value))].some(
    (printed) => digitsOf(printed) === written,
  );
}

/** The digits without zeros at either end, and the place of the first. */
function digitsOf(literal: string): string {
  const [, whole = '', fraction = '', exponent = '0'] = DECIMAL.exec(literal) ?? [];
  const digits = whole + fraction;
  const first = digits.search(/[1-9]/);
  return `${digits.replace(/^0+|0+$/g, '')} ${String(whole.length - first + Number(exponent))}`;
}
