const DECIMAL = /^[-+]?(\d*)\.?(\d*)(?:[eE]([-+]?\d+))?$/;
/** Number.prototype.toPrecision takes no more. */
const MOST_DIGITS = 100;

/**
 * Whether a double holds a decimal literal: the digits that were written are the double's own digits, as many as were
 * written. So 0.1, 1e23 and 17 printed digits of a double are held, 9007199254740993 is not.
 */
export function isHeldByDouble(literal: string): boolean {
  const [, whole = '', fraction = '', exponent = '0'] = DECIMAL.exec(literal.trim()) ?? [];
  const value = Number(literal);
  if (!Number.isFinite(value)) return false;
  const digits = significant(whole + fraction);
  if (digits === '') return true;
  if (value === 0 || digits.length > MOST_DIGITS) return false;
  const [mantissa = '', power = '0'] = Math.abs(value)
    .toExponential(Math.min(digits.length, MOST_DIGITS) - 1)
    .split('e');
  const first = (whole + fraction).search(/[1-9]/);
  return (
    significant(mantissa.replace('.', '')) === digits && Number(power) === whole.length - first - 1 + Number(exponent)
  );
}

/** Digits without zeros at either end. */
function significant(digits: string): string {
  return digits.replace(/^0+/, '').replace(/0+$/, '');
}
