import { OpenFeature } from '@openfeature/server-sdk';
import { SortitionProvider } from '@sortition/openfeature-server';
import { renderToString } from 'react-dom/server';

import { Shop } from './shop.jsx';

const { SORTITION_GRPC, SORTITION_SERVER_KEY, SORTITION_URL, SORTITION_CLIENT_KEY } = process.env;
const provider = new SortitionProvider({ address: SORTITION_GRPC, apiKey: SORTITION_SERVER_KEY });
await OpenFeature.setProviderAndWait(provider);

/** The page for a user: rendered with the flags that the browser will start with, so that hydration finds the same. */
export async function pageFor(context) {
  const bootstrap = await provider.bootstrap(context);
  const values = new Map(bootstrap.flags.map(({ key, value }) => [key, value]));
  const useFlag = (key, fallback) => values.get(key) ?? fallback;
  const html = renderToString(
    <Shop flags={{ useFlag }}>
      <button id="login" />
      <button id="logout" />
    </Shop>,
  );
  const settings = { url: SORTITION_URL, apiKey: SORTITION_CLIENT_KEY, context, bootstrap };
  // In a script element only `<` could end it.
  const json = JSON.stringify(settings).replaceAll('<', '\\u003c');
  return `<!doctype html><div id="root">${html}</div>
    <script id="settings" type="application/json">${json}</script><script type="module" src="/browser.js"></script>`;
}

/** What the page may load: its own script, and the platform's evaluations, events and stream. */
export const policy = `default-src 'none'; script-src 'self'; connect-src 'self' ${new URL(SORTITION_URL).origin}`;

export const close = () => OpenFeature.close();
