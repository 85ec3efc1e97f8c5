/** The environment that a first start makes. */
const STARTER_ENVIRONMENT = 'production';

/** Resource name of the environment; one that is given as such stays. */
export function environmentName(project: string, environment: string | undefined): string {
  if (environment?.includes('/')) return environment;
  return `projects/${project}/environments/${environment ?? STARTER_ENVIRONMENT}`;
}
