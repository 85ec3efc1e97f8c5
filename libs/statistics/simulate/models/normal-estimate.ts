import type { EffectEstimate } from '@sortition/statistics';

/** The estimate of an effect with a known standard error; `noise` is a standard normal variate. */
export function normalEstimate(effect: number, standardError: number, noise: number): EffectEstimate {
  return {
    estimable: true,
    scale: 'absolute',
    estimate: effect + standardError * noise,
    standardError,
    degreesOfFreedom: 1e6,
    n: 1e6,
    controlValue: 10,
    treatmentValue: 10 + effect,
  };
}
