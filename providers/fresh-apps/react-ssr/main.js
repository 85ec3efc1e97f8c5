import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { env } from 'node:process';

import { build } from 'esbuild';
import { chromium } from 'playwright-core';

const places = [env.CHROMIUM_PATH, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const executablePath = places.find((path) => path !== undefined && existsSync(path));
assert(executablePath, 'There is no Chromium: install it or set CHROMIUM_PATH.');

// React's development build: it reports what differs between server and browser, and runs StrictMode twice.
const common = { bundle: true, define: { 'process.env.NODE_ENV': '"development"' }, format: 'esm', jsx: 'automatic' };
await build({ ...common, entryPoints: ['browser.jsx'], outfile: 'dist/browser.js' });
await build({
  ...common,
  entryPoints: ['server.jsx'],
  platform: 'node',
  packages: 'external',
  outfile: 'dist/server.js',
});
const { pageFor, policy, close } = await import('./dist/server.js');
const script = await readFile('dist/browser.js');

const server = createServer(async ({ url }, response) => {
  response.setHeader('Content-Security-Policy', policy);
  response.setHeader('Content-Type', url === '/browser.js' ? 'text/javascript' : 'text/html; charset=utf-8');
  response.end(url === '/browser.js' ? script : await pageFor({ targetingKey: 'user-1</script>', country: 'SE' }));
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const origin = `http://127.0.0.1:${server.address().port}`;

const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
try {
  assert.match(await pageFor({ targetingKey: 'user-1', country: 'SE' }), /<p id="checkout">fast<\/p>/);

  const tab = await browser.newPage();
  const complaints = [];
  const evaluations = [];
  tab.on('pageerror', (error) => complaints.push(error.message));
  tab.on('console', (message) => ['error', 'warning'].includes(message.type()) && complaints.push(message.text()));
  tab.on('request', (request) => request.url().includes('/ofrep/v1/evaluate') && evaluations.push(request.url()));
  await tab.goto(origin);
  await tab.waitForFunction('globalThis.isHydrated');
  assert.equal(await tab.textContent('#checkout'), 'fast');
  await tab.waitForTimeout(1_500);
  assert.equal(evaluations.length, 1, 'The page refreshes once what the server rendered.');

  const sent = tab.waitForRequest((request) => request.url().endsWith('/v1/events') && request.method() === 'POST');
  await tab.click('#login');
  await tab.locator('#checkout', { hasText: 'slow' }).waitFor();
  const [{ tracked }] = (await sent).postDataJSON().events;
  assert.equal(tracked.name, 'sortition.identified');
  await tab.click('#logout');
  await tab.locator('#checkout', { hasText: 'fast' }).waitFor();
  assert.deepEqual(complaints, []);
} finally {
  await browser.close();
  server.close();
  server.closeAllConnections();
  await close();
}
