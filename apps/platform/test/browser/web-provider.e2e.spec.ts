import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SERVICES } from '@sortition/contracts';
import { SortitionProvider } from '@sortition/openfeature-server';
import { startTestPostgres } from '@sortition/testing';
import { Client } from 'pg';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

import { AdminUseCases } from '../../src/modules/admin/testing/admin-use-cases.js';
import {
  openPostgresAdminDatabase,
  type PostgresAdminDatabase,
} from '../../src/modules/admin/testing/postgres-admin-database.js';
import { call, runPlatform, type RunningPlatform } from '../running-platform.js';
import { findChromium } from './chromium.js';
import type { PageOptions, PageUnderTest } from './page.js';
import { type PageServer, servePage } from './page-server.js';

const executablePath = findChromium();
const suite = executablePath === undefined ? describe.skip : describe;
if (executablePath === undefined) {
  process.stderr.write('web provider in a browser: skipped, there is no Chromium (install it or set CHROMIUM_PATH)\n');
}

const { applyDeclaration } = SERVICES['sortition.admin.v1.DeclarationService'];
const WITHIN_MS = 10_000;

const shop = (value: string) => ({
  version: 1,
  flags: [
    {
      key: 'button',
      type: 'string',
      variants: { off: value, control: 'blue', treatment: 'green' },
      clientVisible: true,
      environments: {
        production: {
          enabled: true,
          rules: [
            { key: 'staff', condition: { attribute: 'targetingKey', in: ['staff-1'] }, variant: 'off' },
            { key: 'experiment', experiment: 'green-button' },
          ],
          defaultVariant: 'off',
        },
      },
    },
  ],
  experiments: [
    {
      key: 'green-button',
      flag: 'button',
      environment: 'production',
      control: 'control',
      variants: { control: 50, treatment: 50 },
      salt: 'green',
      state: 'running',
    },
  ],
});

suite('the web provider in Chromium', () => {
  let database: PostgresAdminDatabase;
  let running: RunningPlatform;
  let pages: PageServer;
  let browser: Browser;
  const started: (() => Promise<void>)[] = [];
  let admin: string;
  let serverKey: string;
  let options: PageOptions;

  beforeAll(async () => {
    const postgres = await startTestPostgres();
    started.push(() => postgres.stop());
    database = await openPostgresAdminDatabase(postgres);
    started.push(() => database.close());
    pages = await servePage(() => options.url);
    started.push(() => pages.close());
    running = await runPlatform(database.url, { allowedOrigins: [pages.origin] });
    started.push(() => running.stop());
    const useCases = new AdminUseCases(database.database);
    const author = await useCases.newOrganization();
    const credentialOf = async (kind: 'admin' | 'client' | 'server', environment: string): Promise<string> => {
      const key = { kind, displayName: '', environment, expiresAt: undefined };
      return (await useCases.createApiKey.execute(author, key)).credential;
    };
    admin = await credentialOf('admin', '');
    serverKey = await credentialOf('server', 'projects/shop/environments/production');
    options = {
      url: running.platform.httpUrl,
      apiKey: await credentialOf('client', 'projects/shop/environments/production'),
      flushIntervalMs: 60_000,
    };
    await configure('grey');
    browser = await chromium.launch({ executablePath: executablePath ?? '', args: ['--no-sandbox'] });
    started.push(() => browser.close());
  }, 60_000);

  afterAll(async () => {
    for (const close of started.reverse()) await close();
  });

  async function configure(value: string): Promise<void> {
    const request = { parent: 'projects/shop', declaration: shop(value), dryRun: false };
    const outcome = await call(running, applyDeclaration, request, admin);
    if (!('response' in outcome)) throw new Error(JSON.stringify(outcome));
  }

  /** Opens the page and lets it start the provider for a unit. Returns the provider's state. */
  async function open(context: BrowserContext, unit: string): Promise<{ page: Page; status: string }> {
    const page = await context.newPage();
    return { page, status: await visit(page, unit) };
  }

  async function visit(page: Page, unit: string): Promise<string> {
    await page.goto(pages.origin);
    return page.evaluate(
      async ([settings, user]) => (globalThis as unknown as Window & { app: PageUnderTest }).app.start(settings, user),
      [options, unit] as const,
    );
  }

  async function eventsOf(unit: string): Promise<readonly { readonly kind: string; readonly payload: object }[]> {
    const superuser = new Client({ connectionString: database.url });
    await superuser.connect();
    try {
      const { rows } = await superuser.query<{ readonly kind: string; readonly payload: object }>(
        `SELECT kind, payload FROM event_log WHERE payload::text LIKE '%' || $1 || '%' ORDER BY "offset"`,
        [unit],
      );
      return rows;
    } finally {
      await superuser.end();
    }
  }

  it('shows a change of a flag without reload', async () => {
    const context = await browser.newContext();
    const { page, status } = await open(context, 'staff-1');
    expect(status).toBe('READY');
    expect(await page.textContent('#value')).toBe('grey');

    await configure('black');

    await page.waitForFunction(() => document.querySelector('#value')?.textContent === 'black', undefined, {
      timeout: WITHIN_MS,
    });
    await configure('grey');
    await context.close();
  });

  it('serves the new user after a change of context', async () => {
    const context = await browser.newContext();
    const { page } = await open(context, 'staff-1');
    await page.evaluate(async () => (globalThis as unknown as Window & { app: PageUnderTest }).app.become('user-7'));

    expect(await page.textContent('#reason')).toBe('SPLIT');
    await context.close();
  });

  it('sends what it recorded when the page goes away', async () => {
    const context = await browser.newContext();
    const { page } = await open(context, 'leaving-user');
    const variant = await page.textContent('#variant');
    await page.evaluate(() => {
      (globalThis as unknown as Window & { app: PageUnderTest }).app.track('purchase', 9.5);
    });
    await page.goto('about:blank');

    for (const until = Date.now() + WITHIN_MS; (await eventsOf('leaving-user')).length < 2 && Date.now() < until;);
    expect(await eventsOf('leaving-user')).toMatchObject([
      { kind: 'exposure', payload: { flag: 'button', variant, experiment: 'green-button', unit: 'leaving-user' } },
      { kind: 'tracked', payload: { name: 'purchase', value: 9.5 } },
    ]);
    await context.close();
  });

  it('evaluates in a service worker', async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(pages.origin);
    const details = await page.evaluate(
      async (message) => {
        await navigator.serviceWorker.register('/service-worker.js');
        const { active } = await navigator.serviceWorker.ready;
        const channel = new MessageChannel();
        const answer = new Promise((resolve) => {
          channel.port1.onmessage = ({ data }) => {
            resolve(data);
          };
        });
        active?.postMessage(message, [channel.port2]);
        return answer;
      },
      { options, unit: 'staff-1' },
    );

    expect(details).toMatchObject({ value: 'grey', variant: 'off', reason: 'TARGETING_MATCH' });
    await context.close();
  });

  it('starts with the values of the last visit when the platform is away, and recovers', async () => {
    const context = await browser.newContext();
    const { page } = await open(context, 'staff-1');
    await context.route(`${options.url}/**`, (route) => route.abort('connectionrefused'));
    const status = await visit(page, 'staff-1');

    expect(['READY', 'STALE']).toContain(status);
    expect(await page.textContent('#value')).toBe('grey');
    expect(await page.textContent('#reason')).toBe('CACHED');

    await context.unroute(`${options.url}/**`);
    await configure('white');
    await page.waitForFunction(() => document.querySelector('#value')?.textContent === 'white', undefined, {
      timeout: WITHIN_MS,
    });
    await context.close();
  });

  it.each(['staff-1', 'user-7'])(
    'starts %s with what a server makes, which is what the platform would answer',
    async (unit) => {
      const provider = new SortitionProvider({ address: running.platform.grpcAddress, apiKey: serverKey });
      await provider.initialize();
      const bootstrap = await provider.bootstrap({ targetingKey: unit });
      await provider.onClose();
      const response = await fetch(`${options.url}/ofrep/v1/evaluate/flags`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${options.apiKey}`, 'Content-Type': 'application/json' },
        body: JSON.stringify({ context: { targetingKey: unit } }),
      });
      const { flags, metadata } = (await response.json()) as typeof bootstrap;

      expect(bootstrap).toEqual({ flags, metadata });
    },
  );

  it('becomes ready by itself after the platform was away at the start', async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    await context.route(`${options.url}/**`, (route) => route.abort('connectionrefused'));
    await expect(visit(page, 'staff-1')).rejects.toThrow('No answer');
    await context.unroute(`${options.url}/**`);

    await page.waitForFunction(() => document.querySelector('#reason')?.textContent === 'TARGETING_MATCH', undefined, {
      timeout: WITHIN_MS,
    });
    await context.close();
  });
});
