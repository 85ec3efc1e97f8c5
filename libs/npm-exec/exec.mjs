#!/usr/bin/env node
import { spawn } from 'node:child_process';

const [command = '', ...words] = process.argv.slice(2);
// Ctrl+C reaches every process of a console: this one waits for the other to end in order.
process.on('SIGINT', () => undefined);
const child = spawn(command === 'node' ? process.execPath : command, words, { stdio: 'inherit' });
child.once('error', (error) => {
  console.error(`exec: ${error.message}`);
  process.exitCode = 1;
});
child.once('exit', (code) => {
  process.exitCode = code ?? 1;
});
