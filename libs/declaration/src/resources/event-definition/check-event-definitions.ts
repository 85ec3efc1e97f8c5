import type { FieldViolation } from '@sortition/kernel';

import { violationOf } from '../../configuration-errors.js';
import { unreadableMetrics } from './columns-metrics-read.js';
import type { ProjectState } from '../../project/project-state.js';

/** Definitions of a project; a process keeps those of every project that it takes events of. */
const MAX_DEFINITIONS = 1_000;

/** What is wrong with the event definitions of a project together. */
export function eventDefinitionMisfits(state: ProjectState): readonly FieldViolation[] {
  const definitions = state.all('eventDefinition');
  const first = new Map<string, string>();
  const repeated = definitions.flatMap((resource): readonly FieldViolation[] => {
    const { event } = resource.definition;
    const other = first.get(event);
    if (other === undefined) first.set(event, state.nameOf(resource));
    const field = `eventDefinitions.${resource.key}.event`;
    return other === undefined ? [] : [violationOf(field, event, `must have one definition; "${other}" is another`)];
  });
  const tooMany =
    definitions.length > MAX_DEFINITIONS
      ? [violationOf('eventDefinitions', definitions.length, `must be at most ${MAX_DEFINITIONS} in a project`)]
      : [];
  return [...tooMany, ...repeated, ...unreadableMetrics(state)];
}
