import { Command } from 'commander';

import { analyzeCommand } from './commands/analyze-command.js';
import { applyCommand } from './commands/apply-command.js';
import { demoCommand } from './commands/demo-command.js';
import { doctorCommand } from './commands/doctor-command.js';
import { eraseUnitCommand } from './commands/erase-unit-command.js';
import { environmentsCommand } from './commands/environments-command.js';
import { explainCommand } from './commands/explain-command.js';
import { exportCommand } from './commands/export-command.js';
import { keysCommand } from './commands/keys-command.js';
import { organizationsCommand } from './commands/organizations-command.js';
import { pluginCommand } from './commands/plugin-command.js';
import { projectsCommand } from './commands/projects-command.js';
import { quarantineCommand } from './commands/quarantine-command.js';
import { exportEventsCommand } from './commands/export-events-command.js';
import { resultsCommand } from './commands/results-command.js';
import { startCommand } from './commands/start-command.js';
import { webhooksCommand } from './commands/webhooks-command.js';
import type { CommandContext } from './commands/command-context.js';

/** Puts the `sortition` command together. Instead of exiting it throws, see `exitCodeOf`. */
export function createProgram(context: CommandContext): Command {
  const program = new Command('sortition')
    .description('Feature flags, experiments and their results, on your own machine.')
    .helpCommand('help [command]', 'show the help of a command')
    .addHelpText('after', OVERVIEW);
  const commands = [
    startCommand,
    demoCommand,
    applyCommand,
    exportCommand,
    explainCommand,
    resultsCommand,
    doctorCommand,
    keysCommand,
    projectsCommand,
    environmentsCommand,
    organizationsCommand,
    pluginCommand,
    quarantineCommand,
    webhooksCommand,
    analyzeCommand,
    exportEventsCommand,
    eraseUnitCommand,
  ].map((make) => make(context));
  for (const command of commands) program.addCommand(command);
  for (const command of [program, ...commands, ...commands.flatMap((parent) => parent.commands)]) {
    command.exitOverride().configureOutput({
      writeOut: (text) => context.stdout.write(text),
      writeErr: (text) => context.stderr.write(text),
    });
    command.showHelpAfterError(`Run "${nameOf(command)} --help" for the options and examples.`);
  }
  return program;
}

/** With the commands that it is part of, as it is called. */
function nameOf(command: Command): string {
  return command.parent ? `${nameOf(command.parent)} ${command.name()}` : command.name();
}

const OVERVIEW = `
Every command takes --output json and then prints JSON on standard output and nothing else there.
Exit codes: 0 done, 1 failed, 2 called wrongly. A failure is one line on standard error; where there are several
problems, each stands on a line of its own below it.

First steps:
  sortition start                          run the platform; prints addresses, keys and a snippet
  sortition doctor                         check a running platform, and see what to do
  sortition demo                           run two experiments with 50,000 simulated visitors
  sortition apply -f experiment.yaml       create or change flags, metrics and experiments as a file says
  sortition analyze results.csv --variant arm --control a --metric revenue
`;
