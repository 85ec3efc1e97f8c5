/** Numbers in [0, 1) that a seed decides, so that a failing round can be run again (Park and Miller, 1988). */
export function randomOf(seed) {
  let state = (seed * 48_271) % 2_147_483_647 || 1;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return (state - 1) / 2_147_483_646;
  };
}
