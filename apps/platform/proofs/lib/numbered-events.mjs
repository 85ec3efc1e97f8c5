/** Events that are known by a number: it makes their id, and everything else about them. */
export function eventIdOf(number) {
  return `0190a000-0000-7000-8000-${number.toString(16).padStart(12, '0')}`;
}

export function eventOf(number, time = new Date()) {
  const id = eventIdOf(number);
  const unit = `user-${number % 1_000}`;
  if (number % 2 === 0) {
    const value = { name: 'purchase', units: { targetingKey: unit }, value: number % 97, properties: { number } };
    return { id, time, payload: { $case: 'tracked', value } };
  }
  const variant = number % 4 === 1 ? 'control' : 'green';
  const value = {
    flag: 'button',
    variant,
    rule: 'experiment',
    experiment: 'green-button',
    phase: 1,
    unitAttribute: 'targetingKey',
    unit,
  };
  return { id, time, payload: { $case: 'exposure', value } };
}
