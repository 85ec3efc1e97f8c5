import type { typesProject } from '@sortition/contracts';
import type { Environment, Project } from '@sortition/declaration';

import { formatName } from '../../domain/resource-name.js';

export function projectMessage({ key, displayName, createdAt }: Project): typesProject.Project {
  return { name: formatName('project', { project: key }), displayName, createTime: createdAt };
}

export function environmentMessage(
  project: string,
  { key, displayName, revision, createdAt }: Environment,
): typesProject.Environment {
  return {
    name: formatName('environment', { project, environment: key }),
    displayName,
    revision,
    createTime: createdAt,
  };
}
