import assert from 'node:assert/strict';
import { env } from 'node:process';

import { EdgeVM } from '@edge-runtime/vm';
import { build } from 'esbuild';

const { outputFiles } = await build({
  entryPoints: ['handler.js'],
  bundle: true,
  conditions: ['edge-light', 'worker', 'browser'],
  format: 'iife',
  platform: 'neutral',
  mainFields: ['module', 'main'],
  write: false,
});
// As hosts of edge functions do: no code from strings.
const runtime = new EdgeVM({ codeGeneration: { strings: false, wasm: false } });
runtime.evaluate(outputFiles[0].text);
const settings = JSON.stringify({ url: env.SORTITION_URL, apiKey: env.SORTITION_CLIENT_KEY });
const answer = await runtime.evaluate(`handle(${settings})`);

assert.deepEqual({ ...answer }, { value: true, reason: 'TARGETING_MATCH', hasProcess: false, hasDocument: false });
