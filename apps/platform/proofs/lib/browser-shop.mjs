/** A shop whose pages use the web provider, in Chromium, with a proxy before the platform that can break. */
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { env } from 'node:process';
import { fileURLToPath } from 'node:url';

import { credentials, Metadata } from '@grpc/grpc-js';
import { adminDeclarations } from '@sortition/contracts';
import { build } from 'esbuild';
import pg from 'pg';
import { chromium } from 'playwright-core';

import { makeDataDirectory, removeDataDirectory } from './data-directory.mjs';
import { superuserUrl } from './embedded-database.mjs';
import { startFaultingProxy } from './faulting-proxy.mjs';
import { startPlatformProcess } from './start-platform.mjs';

const PLACES = [env.CHROMIUM_PATH, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const PAGE = fileURLToPath(new URL('../../test/browser/page.ts', import.meta.url));

/** Resolves with undefined where there is no Chromium. */
export async function openBrowserShop() {
  const executablePath = PLACES.find((path) => path !== undefined && existsSync(path));
  if (executablePath === undefined) return undefined;
  const started = [];
  const close = async () => {
    for (const stop of started.splice(0).reverse()) await stop();
  };
  try {
    const dataDirectory = await makeDataDirectory('browser');
    started.push(() => removeDataDirectory(dataDirectory));
    const pages = await servePages();
    started.push(pages.close);
    const platform = await startPlatformProcess({ dataDirectory, allowedOrigins: [pages.origin] });
    started.push(() => platform.stop());
    const proxy = await startFaultingProxy(platform.http);
    started.push(proxy.close);
    const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
    started.push(() => browser.close());
    const { project, environment, keys } = platform.starter;
    const declare = (value) => apply(platform.grpc, keys.admin, project, environment, value);
    await declare('grey');
    const options = { url: proxy.url, apiKey: keys.client, flushIntervalMs: 60_000 };
    const databaseUrl = await superuserUrl(dataDirectory);
    return { ...{ pages, proxy, browser, options, declare, close }, stored: (name) => storedIds(databaseUrl, name) };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Opens the shop in a page. */
export async function openPage(shop, context) {
  const page = await context.newPage();
  await page.goto(shop.pages.origin);
  return page;
}

/** Lets the page start its provider. Resolves with the provider's state. */
export function start(shop, page, unit, more = {}) {
  return page.evaluate(([options, user]) => globalThis.app.start(options, user), [{ ...shop.options, ...more }, unit]);
}

async function servePages() {
  const bundled = await build({
    entryPoints: [PAGE],
    bundle: true,
    conditions: ['@sortition/source'],
    format: 'iife',
    platform: 'browser',
    write: false,
  });
  const script = bundled.outputFiles[0].text;
  const server = createServer(({ url }, response) => {
    const isScript = url === '/page.js';
    response.setHeader('Content-Type', isScript ? 'text/javascript' : 'text/html');
    response.end(isScript ? script : '<!doctype html><title>shop</title><script src="/page.js"></script><body></body>');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    async close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

function apply(address, adminKey, project, environment, value) {
  const rules = [{ key: 'staff', condition: { attribute: 'targetingKey', in: ['staff'] }, variant: 'off' }];
  const configuration = { enabled: true, defaultVariant: 'control', rules };
  const button = {
    key: 'button',
    type: 'string',
    variants: { off: value, control: value },
    clientVisible: true,
    environments: { [environment]: configuration },
  };
  const client = new adminDeclarations.DeclarationServiceClient(address, credentials.createInsecure());
  const metadata = new Metadata();
  metadata.set('authorization', `Bearer ${adminKey}`);
  const request = { parent: `projects/${project}`, declaration: { version: 1, flags: [button] }, dryRun: false };
  return new Promise((resolve, reject) => {
    client.applyDeclaration(request, metadata, (error, response) => (error ? reject(error) : resolve(response)));
  }).finally(() => client.close());
}

/** Ids of the tracked events of a name in the log, each as often as it is stored. */
async function storedIds(databaseUrl, name) {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query(`SELECT event_id AS id FROM event_log WHERE payload->>'name' = $1`, [name]);
    return rows.map(({ id }) => id);
  } finally {
    await client.end();
  }
}
