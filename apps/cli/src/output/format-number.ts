const WHOLE = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** Digits grouped by thousands: `64,000`. */
export function formatCount(value: number): string {
  return WHOLE.format(value);
}

/** Four significant digits, without trailing zeros beyond the point. */
export function formatNumber(value: number): string {
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size >= 1e6 || size < 1e-4) return value.toExponential(3);
  return size >= 1000 ? value.toFixed(1) : String(Number(value.toPrecision(4)));
}

/** A share as percent with two digits: `12.34%`. */
export function formatPercent(share: number): string {
  return `${(share * 100).toFixed(2)}%`;
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
