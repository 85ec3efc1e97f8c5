/**
 * The argument in [low, high] at which a monotone function changes sign, by the Illinois variant of regula falsi with
 * bisection as a safeguard (Dowell & Jarratt, 1971). Returns the nearer end when there is no change of sign.
 */
export function findRoot(evaluate: (x: number) => number, low: number, high: number, tolerance = 1e-10): number {
  let [left, right] = [low, high];
  let [atLeft, atRight] = [evaluate(left), evaluate(right)];
  if (atLeft === 0) return left;
  if (atRight === 0) return right;
  if (atLeft > 0 === atRight > 0) return Math.abs(atLeft) < Math.abs(atRight) ? left : right;
  let width = right - left;
  for (let iteration = 0; iteration < 200 && right - left > tolerance; iteration += 1) {
    const halved = iteration % 3 !== 2 || right - left < width / 2;
    if (iteration % 3 === 2) width = right - left;
    const secant = (left * atRight - right * atLeft) / (atRight - atLeft);
    const x = halved && secant > left && secant < right ? secant : (left + right) / 2;
    const value = evaluate(x);
    if (value === 0) return x;
    if (value > 0 === atRight > 0) {
      if (halved) atLeft /= 2;
      [right, atRight] = [x, value];
    } else {
      if (halved) atRight /= 2;
      [left, atLeft] = [x, value];
    }
  }
  return (left + right) / 2;
}
