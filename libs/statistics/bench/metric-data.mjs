/** Deterministic moments of many metrics and variants; no two arms alike. */
export function plainMoments(metrics, variants) {
  return table(metrics, variants, (metric, variant) => {
    const n = 10_000 + 37 * metric + 11 * variant;
    const mean = 1 + ((metric * 7 + variant * 3) % 13) / 10;
    return { n, sum: n * mean, sumOfSquares: n * (mean * mean + 2 + (variant % 3) / 10) };
  });
}

/** Joint moments of an outcome and covariates that each correlate with it by one half. */
export function covariateMoments(metrics, variants, covariates) {
  const columns = ['outcome', ...Array.from({ length: covariates }, (_, k) => `covariate ${k}`)];
  return table(metrics, variants, (metric, variant) => {
    const n = 10_000 + 37 * metric + 11 * variant;
    const means = columns.map((_, k) => 1 + ((metric + k + variant) % 5) / 10);
    const crossProducts = columns.map((_, i) =>
      columns.map((__, j) => n * ((means[i] ?? 0) * (means[j] ?? 0) + (i === j ? 2 : i * j === 0 ? 1 : 0.5))),
    );
    return { n, columns, sums: means.map((mean) => n * mean), crossProducts };
  });
}

function table(metrics, variants, cell) {
  return Array.from({ length: metrics }, (_, metric) =>
    Array.from({ length: variants }, (__, variant) => cell(metric, variant)),
  );
}
