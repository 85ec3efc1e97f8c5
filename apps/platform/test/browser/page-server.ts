import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';

import { build } from 'esbuild';

export interface PageServer {
  readonly origin: string;
  close(): Promise<void>;
}

/** No inline script and no eval: what works under it works under any policy that lets the provider reach its platform. */
const policy = (platform: string): string => `default-src 'self'; connect-src 'self' ${platform}`;

/** Serves the page and the service worker under test, each as one script. */
export async function servePage(platformUrl: () => string): Promise<PageServer> {
  const scripts = new Map<string, string>(
    await Promise.all(['page', 'service-worker'].map(async (name) => [`/${name}.js`, await bundle(name)] as const)),
  );
  const server = createServer(({ url = '/' }, response) => {
    const script = scripts.get(url);
    const type = script === undefined ? 'text/html' : 'text/javascript';
    response.setHeader('Content-Type', `${type}; charset=utf-8`);
    response.setHeader('Content-Security-Policy', policy(platformUrl()));
    response.end(script ?? '<!doctype html><title>shop</title><script src="/page.js" defer></script><body></body>');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    origin: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

async function bundle(name: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(`${name}.ts`, import.meta.url))],
    bundle: true,
    conditions: ['@sortition/source'],
    format: 'iife',
    platform: 'browser',
    write: false,
  });
  return outputFiles.map(({ text }) => text).join('');
}
