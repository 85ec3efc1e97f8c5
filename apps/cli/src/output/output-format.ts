import { Option } from 'commander';

/** `text` for people, `json` for programs: then standard output carries that and nothing else. */
export type OutputFormat = 'text' | 'json';

/** The option that every command takes. */
export function outputOption(): Option {
  return new Option('--output <format>', 'text for people, json for programs')
    .choices(['text', 'json'])
    .default('text');
}
