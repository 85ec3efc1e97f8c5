import { status } from '@grpc/grpc-js';

import { RpcFailure } from '../connection/rpc-failure.js';

/** Says how to make a project that a call named and that does not exist; any other error stays as it is. */
export function adviseOnProject(error: unknown, project: string): unknown {
  if (!(error instanceof RpcFailure) || error.status !== status.NOT_FOUND) return error;
  if (!error.message.includes(`"projects/${project}"`)) return error;
  const message = `${error.message} ${projectAdvice(project)}`;
  // What the platform adds names the project again.
  return new RpcFailure(message, error.code, error.status, { cause: error });
}

function projectAdvice(project: string): string {
  return (
    `Make it with "sortition projects create ${project}", then "sortition environments create production ` +
    `--project ${project}" and "sortition keys create --kind server --project ${project}".`
  );
}
