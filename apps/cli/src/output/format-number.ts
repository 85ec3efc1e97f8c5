const WHOLE = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** Digits grouped by thousands: `64,000`. */
export function formatCount(value: number): string {
  return WHOLE.format(value);
}

const LARGE = new Intl.NumberFormat('en-US', { maximumFractionDigits: 2 });

/** Four significant digits, without trailing zeros beyond the point; from a thousand on two digits beyond it. */
export function formatNumber(value: number): string {
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size >= 1e12 || size < 1e-4) return value.toExponential(3);
  return size >= 1000 ? LARGE.format(value) : String(Number(value.toPrecision(4)));
}

/** A share as percent: `12.34%`, and below one percent with three significant digits: `0.0214%`. */
export function formatPercent(share: number): string {
  return `${hundredfold(share)}%`;
}

/** A difference of shares in percentage points, with its sign: `+1.23`. */
export function formatPoints(difference: number): string {
  return `${difference > 0 ? '+' : ''}${hundredfold(difference)}`;
}

function hundredfold(share: number): string {
  const value = share * 100;
  if (Math.abs(value) >= 0.995 || Math.abs(value) < 1e-12) return value.toFixed(2);
  return Math.abs(value) < 1e-6 ? value.toExponential(2) : value.toFixed(2 - Math.floor(Math.log10(Math.abs(value))));
}

/** A change with its sign: `+12.34%`. */
export function formatChange(share: number): string {
  return `${share > 0 ? '+' : ''}${formatPercent(share)}`;
}

/** A number with its sign. */
export function formatDifference(value: number): string {
  return `${value > 0 ? '+' : ''}${formatNumber(value)}`;
}

/** Four digits; below 0.0001 only that it is below. */
export function formatPValue(pValue: number): string {
  return pValue < 0.0001 ? '< 0.0001' : pValue.toFixed(4);
}

/** A p-value in a sentence: `p = 0.0300`, `p < 0.0001`. */
export function formatP(pValue: number): string {
  return pValue < 0.0001 ? `p ${formatPValue(pValue)}` : `p = ${formatPValue(pValue)}`;
}
