import { OpenFeature, OpenFeatureProvider, useBooleanFlagValue } from '@openfeature/react-sdk';
import { AnonymousId, keepUnsentEvents, shareAmongTabs, SortitionWebProvider } from '@sortition/openfeature-web';
import { hydrateRoot } from 'react-dom/client';

import { Shop } from './shop.jsx';

const { url, apiKey, context, bootstrap } = JSON.parse(document.querySelector('#settings').textContent);
const anonymousId = new AnonymousId();

// Outside of components, and once although a hot reload runs this module again: a provider that is set again in every
// render or effect is closed and started again by each, twice in StrictMode.
if (!globalThis.shopProvider) {
  const modules = { sharing: shareAmongTabs, unsentEvents: keepUnsentEvents, anonymousId };
  globalThis.shopProvider = new SortitionWebProvider({ url, apiKey, bootstrap, ...modules });
  OpenFeature.setProvider(globalThis.shopProvider, context);
}

const logIn = () => OpenFeature.setContext({ targetingKey: 'user-2', country: 'NO' });
const logOut = () => {
  anonymousId.reset();
  return OpenFeature.setContext({ country: 'SE' });
};

hydrateRoot(
  document.querySelector('#root'),
  <OpenFeatureProvider>
    <Shop flags={{ useFlag: useBooleanFlagValue }}>
      <button id="login" onClick={logIn} />
      <button id="logout" onClick={logOut} />
    </Shop>
  </OpenFeatureProvider>,
);
globalThis.isHydrated = true;
