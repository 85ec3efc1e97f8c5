import {
  OpenFeature,
  OpenFeatureProvider,
  useBooleanFlagDetails,
  useContextMutator,
  useTrack,
} from '@openfeature/react-sdk';
import { SortitionWebProvider } from '@sortition/openfeature-web';
import { createRoot } from 'react-dom/client';

function Checkout() {
  const { value, reason } = useBooleanFlagDetails('fast-checkout', false);
  const { setContext } = useContextMutator();
  const { track } = useTrack();
  return (
    <>
      <p id="checkout">{value ? 'fast' : 'slow'}</p>
      <p id="reason">{reason}</p>
      <button id="move" onClick={() => setContext({ targetingKey: 'user-1', country: 'NO' })} />
      <button id="buy" onClick={() => track('purchase', { value: 9.5 })} />
    </>
  );
}

const { url, apiKey } = window.settings;
await OpenFeature.setContext({ targetingKey: 'user-1', country: 'SE' });
OpenFeature.setProvider(new SortitionWebProvider({ url, apiKey }));
createRoot(document.querySelector('#root')).render(
  <OpenFeatureProvider suspendUntilReady>
    <Checkout />
  </OpenFeatureProvider>,
);
