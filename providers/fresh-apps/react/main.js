import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { env } from 'node:process';

import { build } from 'esbuild';
import { chromium } from 'playwright-core';

const places = [env.CHROMIUM_PATH, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const executablePath = places.find((path) => path !== undefined && existsSync(path));
assert(executablePath, 'There is no Chromium: install it or set CHROMIUM_PATH.');

const { outputFiles } = await build({
  entryPoints: ['shop.jsx'],
  bundle: true,
  define: { 'process.env.NODE_ENV': '"production"' },
  format: 'esm',
  jsx: 'automatic',
  write: false,
});
const settings = JSON.stringify({ url: env.SORTITION_URL, apiKey: env.SORTITION_CLIENT_KEY });
const page = `<!doctype html><div id="root"></div><script>settings = ${settings}</script>
  <script type="module" src="/shop.js"></script>`;
const server = createServer(({ url }, response) => {
  const isScript = url === '/shop.js';
  response.setHeader('Content-Type', isScript ? 'text/javascript' : 'text/html');
  response.end(isScript ? outputFiles[0].text : page);
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');

const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
try {
  const tab = await browser.newPage();
  const failures = [];
  tab.on('pageerror', (error) => failures.push(error.message));
  await tab.goto(`http://127.0.0.1:${server.address().port}`);
  assert.equal(await tab.textContent('#checkout'), 'fast');
  assert.equal(await tab.textContent('#reason'), 'TARGETING_MATCH');

  await tab.click('#move');
  await tab.locator('#checkout', { hasText: 'slow' }).waitFor();

  await tab.click('#buy');
  const answer = await tab.waitForResponse((response) => response.url().endsWith('/v1/events'));
  assert.deepEqual(
    (await answer.json()).results.map(({ status }) => status),
    ['EVENT_STATUS_ACCEPTED'],
  );
  assert.deepEqual(failures, []);
} finally {
  await browser.close();
  server.close();
  server.closeAllConnections();
}
