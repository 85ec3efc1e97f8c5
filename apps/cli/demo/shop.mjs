// An ordinary application: a web shop that reads two flags and tracks purchases through OpenFeature.
import { OpenFeature } from '@openfeature/server-sdk';
import { SortitionProvider } from '@sortition/openfeature-server';

const address = process.env.SORTITION_ADDRESS;
const apiKey = process.env.SORTITION_API_KEY;
const eventCapacity = Number(process.env.SHOP_EVENT_CAPACITY ?? 10_000);

// The provider line: the only one that knows the platform.
await OpenFeature.setProviderAndWait(new SortitionProvider({ address, apiKey, eventCapacity, closeTimeoutMs: 60_000 }));

const flags = OpenFeature.getClient();

/** Serves one visitor: shows the checkout and the recommendations that the flags say, and tracks a purchase. */
export async function serve(visitor) {
  const context = { targetingKey: visitor.id, country: visitor.country };
  const isFastCheckout = await flags.getBooleanValue('fast-checkout', false, context);
  const recommendations = await flags.getStringValue('recommendations', 'popular', context);

  const basket = visitor.shopWith({ isFastCheckout, recommendations });
  if (basket > 0) flags.track('purchase', context, { value: basket });
}

/** Sends what is still waiting and closes. */
export async function closeShop() {
  await OpenFeature.close();
}
