import { status } from '@grpc/grpc-js';
import type { results } from '@sortition/contracts';
import { DomainError } from '@sortition/kernel';
import { Command } from 'commander';

import { CONNECTION_HELP, withConnectionOptions } from '../connection/connection-options.js';
import type { ConnectionOptions } from '../connection/connection-options.js';
import type { PlatformClient } from '../connection/platform-client.js';
import { RpcFailure } from '../connection/rpc-failure.js';
import { outputOption } from '../output/output-format.js';
import type { OutputFormat } from '../output/output-format.js';
import { experimentResults } from '../results-view/experiment-results.js';
import { print } from './command-context.js';
import type { CommandContext } from './command-context.js';
import { withPlatform } from './with-platform.js';

interface ResultsOptions extends ConnectionOptions {
  readonly compute?: true;
  readonly output: OutputFormat;
}

/** `sortition results`: the results of an experiment. */
export function resultsCommand(context: CommandContext): Command {
  const command = new Command('results')
    .summary('show the results of an experiment')
    .description('Shows the newest kept results of an experiment.')
    .argument('<experiment>', 'key or resource name of the experiment')
    .option('--compute', 'compute them now from the warehouse, and keep them');
  return withConnectionOptions(command)
    .addOption(outputOption())
    .addHelpText('after', EXAMPLES + CONNECTION_HELP)
    .action(async (experiment: string, options: ResultsOptions) => {
      const snapshot = await withPlatform(context, options, (client, { project }) => {
        const name = experiment.includes('/') ? experiment : `projects/${project}/experiments/${experiment}`;
        return options.compute ? compute(client, name) : readKept(client, name);
      });
      const shown = experimentResults(snapshot);
      // Loads the kinds of metric, which hardly any other command needs.
      const { renderResults } = await import('../results-view/render-results.js');
      print(context, options.output, shown, renderResults);
    });
}

const EXAMPLES = `
The output says what its numbers are: test, level, sides and correction. docs/results.md of the platform gives the rule
by which each can be computed again from exported events.

Examples:
  sortition results green-button --compute
  sortition results green-button --output json | jq '.metrics[].comparisons[].pValue'
`;

async function compute(client: PlatformClient, name: string): Promise<results.ResultSnapshot> {
  return present(await client.computeResults(name), name);
}

async function readKept(client: PlatformClient, name: string): Promise<results.ResultSnapshot> {
  try {
    return present(await client.getResults(name), name);
  } catch (cause) {
    if (!(cause instanceof RpcFailure) || cause.status !== status.NOT_FOUND) throw cause;
    const message = `${cause.message} Compute results with "sortition results ${name} --compute".`;
    throw new RpcFailure(message, cause.code, cause.status, { cause }, cause.problems);
  }
}

function present(response: results.GetResultsResponse, name: string): results.ResultSnapshot {
  if (response.results) return response.results;
  throw new DomainError('not-found', 'RESOURCE_NOT_FOUND', `The platform sent no results of "${name}".`);
}
