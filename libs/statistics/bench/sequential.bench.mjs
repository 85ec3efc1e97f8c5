import {
  addLook,
  confidenceSequence,
  gaussLegendre,
  groupSequentialBounds,
  normalSurvival,
  stageWiseReadout,
  startGroupSequential,
} from '../dist/index.js';

const design = { alpha: 0.05, sides: 'two', spending: { family: 'obrien-fleming' }, plannedInformation: 1 };
const equally = (looks) => Array.from({ length: looks }, (_, index) => (index + 1) / looks);
const runningFor = (looks) =>
  equally(200)
    .slice(0, looks)
    .reduce((state, information) => addLook(state, { information }), startGroupSequential(design));

const saved = JSON.stringify(runningFor(199));
const afterFive = equally(5).reduce(
  (state, information) => addLook(state, { information }),
  startGroupSequential(design),
);

export const title = 'Group sequential bounds and readouts';

/** The textbook recursion: 400 nodes at every look, bisection on the bound, nothing kept, nothing checked. */
export const baseline = {
  name: 'textbook recursion, K = 5, 400 nodes, bisection',
  run: () => textbookBounds([0.000000535, 0.000394, 0.003808, 0.012212, 0.025], equally(5)),
};

export const tasks = [
  { name: 'bounds, K = 5', targetMs: 2, run: () => groupSequentialBounds(design, equally(5)) },
  { name: 'bounds, K = 50', targetMs: 50, run: () => groupSequentialBounds(design, equally(50)) },
  { name: 'bounds, 200 looks', targetMs: 1000, run: () => groupSequentialBounds(design, equally(200)) },
  {
    name: 'look 200 from the state saved as JSON',
    targetMs: 10,
    run: () => addLook(JSON.parse(saved), { information: 1 }),
  },
  {
    name: 'p-value, estimate and interval after 5 looks',
    run: () => stageWiseReadout(afterFive, { effect: 2.1, standardError: 1 }),
  },
  {
    name: '1,000 confidence sequence readings',
    run: () => {
      let total = 0;
      for (let look = 1; look <= 1000; look += 1) {
        const estimate = { effect: 0.01, standardError: 1 / Math.sqrt(look * 100), sampleSize: look * 100 };
        total += confidenceSequence(estimate, { alpha: 0.05, sides: 'two', tunedAt: 5000 }).pValue;
      }
      return total;
    },
  },
];

function textbookBounds(spent, times) {
  const rule = gaussLegendre(400);
  const bounds = [];
  let nodes = [];
  let masses = [];
  for (const [look, time] of times.entries()) {
    const due = spent[look] - (spent[look - 1] ?? 0);
    const before = times[look - 1] ?? 0;
    const spread = Math.sqrt(time - before);
    const exit = (bound) => {
      if (look === 0) return normalSurvival(bound);
      return nodes.reduce(
        (sum, node, index) => sum + masses[index] * normalSurvival((bound * Math.sqrt(time) - node) / spread),
        0,
      );
    };
    let [low, high] = [0, 10];
    while (high - low > 1e-9) {
      const middle = (low + high) / 2;
      if (exit(middle) > due) low = middle;
      else high = middle;
    }
    bounds.push(low);
    const half = low * Math.sqrt(time);
    const nextNodes = Array.from(rule.nodes, (node) => node * half);
    const factor = 1 / spread / Math.sqrt(2 * Math.PI);
    masses = nextNodes.map((score, at) => {
      const weight = rule.weights[at] * half * factor;
      if (look === 0) return weight * Math.exp(-0.5 * (score / spread) ** 2);
      return (
        weight *
        nodes.reduce((sum, node, index) => sum + masses[index] * Math.exp(-0.5 * ((score - node) / spread) ** 2), 0)
      );
    });
    nodes = nextNodes;
  }
  return bounds;
}
