import { formatCount } from '../../output/format-number.js';
import { metricsCheck } from '../check.js';

const WAYS: Readonly<Record<string, string>> = {
  bulk: 'evaluated with all other flags by a server',
  'flagd-in-process': 'evaluated in process by flagd',
};

/** Whether flags of experiments are read in ways that record no exposure, so that results miss who saw what. */
export const unrecordedExposures = metricsCheck('exposures', (metrics) => {
  const lost = metrics.count('sortition_assignment_exposures_lost_total');
  const unrecorded = metrics.series('sortition_assignment_exposures_unrecorded_total');
  const recorded = formatCount(metrics.count('sortition_assignment_exposures_total'));
  if (lost > 0) {
    return {
      status: 'trouble',
      finding: `${formatCount(lost)} exposures of single evaluations were lost; ${recorded} were recorded`,
      next: 'The event log did not take them in time. Look at the database or NATS, and at the quota of the organization.',
    };
  }
  if (unrecorded.length === 0) {
    return { status: 'good', finding: `${recorded} exposures of single evaluations were recorded, none was lost` };
  }
  return {
    status: 'notice',
    finding: `flags of experiments that are read in ways that record no exposure: ${formatCount(unrecorded.length)}`,
    details: unrecorded.map(({ labels, value }) => {
      const { flag = '', environment = '', way = '' } = labels;
      return `${flag} in ${environment}: ${WAYS[way] ?? way}, ${formatCount(value)} times`;
    }),
    next: 'Results count only who was exposed. Ask for one flag at a time, or have the application send its exposures, and say so with the header "Sortition-Exposures: off".',
  };
});
