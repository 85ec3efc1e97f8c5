import { Command } from 'commander';

import { parseWeights } from '../analysis/parse-weights.js';
import { renderAnalysis } from '../analysis/render-analysis.js';
import { UsageError } from '../failure/usage-error.js';
import { outputOption } from '../output/output-format.js';
import type { OutputFormat } from '../output/output-format.js';
import { print } from './command-context.js';
import type { CommandContext } from './command-context.js';

interface AnalyzeOptions {
  readonly unit?: string;
  readonly variant: string;
  readonly control: string;
  readonly metric: readonly string[];
  readonly weights?: string;
  readonly alpha: string;
  readonly missing: string;
  readonly output: OutputFormat;
}

/** `sortition analyze`: an experiment that was assigned elsewhere, from one CSV file. */
export function analyzeCommand(context: CommandContext): Command {
  return new Command('analyze')
    .summary('analyse an experiment from a CSV file')
    .description('Compares the variants of an experiment that was assigned elsewhere, from one CSV file with a header.')
    .argument('<file>', 'CSV file with a header, UTF-8 or UTF-16, plain or compressed with gzip')
    .option('--unit <column>', 'column that names the unit; rows of a unit are added up (default: each row is a unit)')
    .requiredOption('--variant <column>', 'column that holds the variant')
    .requiredOption('--control <value>', 'variant that the others are compared with')
    .requiredOption('--metric <column>', 'column to compare; repeat it for more', collect)
    .option('--weights <list>', 'expected shares, as variant=1,other=1 or a JSON object (default: equal)')
    .option('--alpha <level>', 'level of the tests; intervals are at 1 - alpha', '0.05')
    .option('--missing <meaning>', 'what an empty metric field means: error or zero', 'error')
    .addOption(outputOption())
    .addHelpText('after', EXAMPLES)
    .action(async (file: string, options: AnalyzeOptions) => {
      // Loads DuckDB, which no other command needs.
      const { analyzeFile } = await import('../analysis/analyze-file.js');
      const result = await analyzeFile({
        file,
        unitColumn: options.unit,
        variantColumn: options.variant,
        control: options.control,
        metricColumns: options.metric,
        weights: options.weights === undefined ? undefined : parseWeights(options.weights),
        alpha: parseAlpha(options.alpha),
        missing: parseMissing(options.missing),
      });
      print(context, options.output, result, renderAnalysis);
    });
}

const EXAMPLES = `
A column of only 0, 1, true and false is a conversion: 1 for a unit with at least one such row.
Any other column of numbers is an average of the units' sums.
Tests are two-sided, each at the level of --alpha on its own: nothing is corrected for several variants or metrics.

Examples:
  Each row is a customer, three variants:
    sortition analyze campaign.csv.gz --variant segment --control "No E-Mail" --metric visit --metric spend
  Each row is an order, customers repeat, a 90/10 split:
    sortition analyze orders.csv --unit customer --variant arm --control a --metric amount --weights a=9,b=1
  For a program:
    sortition analyze orders.csv --variant arm --control a --metric amount --output json | jq .metrics[0].comparisons[0].pValue
`;

function collect(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), value];
}

function parseAlpha(text: string): number {
  const alpha = Number(text);
  if (!(alpha > 0 && alpha < 1)) throw new UsageError(`--alpha must lie strictly between 0 and 1, got "${text}".`);
  return alpha;
}

function parseMissing(text: string): 'error' | 'zero' {
  if (text === 'error' || text === 'zero') return text;
  throw new UsageError(`--missing must be "error" or "zero", got "${text}".`);
}
