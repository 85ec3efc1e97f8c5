import proxyaddr from '@fastify/proxy-addr';
import { type Metadata, ServerInterceptingCall, type ServerInterceptor } from '@grpc/grpc-js';

type Call = Parameters<ServerInterceptor>[1];
type Trust = ReturnType<typeof proxyaddr.compile>;

/**
 * Lets calls that come through trusted proxies have the address of their caller as their peer, which the proxy names in
 * `x-forwarded-for`. Install it only where there are such proxies.
 *
 * @param proxies addresses and networks.
 */
export function forwardedPeerInterceptor(proxies: readonly string[]): ServerInterceptor {
  const trust = proxyaddr.compile([...proxies]);
  return (_method, call) => new ForwardedCall(call, trust);
}

class ForwardedCall extends ServerInterceptingCall {
  private peer: string | undefined;

  constructor(call: Call, trust: Trust) {
    super(call, {
      start: (next) => {
        next({
          onReceiveMetadata: (metadata, continueWith) => {
            this.peer = callerOf(call, metadata, trust);
            continueWith(metadata);
          },
        });
      },
    });
  }

  override getPeer(): string {
    return this.peer ?? super.getPeer();
  }
}

/** Undefined: no proxy tells of another caller. */
function callerOf(call: Call, metadata: Metadata, trust: Trust): string | undefined {
  const { remoteAddress } = call.getConnectionInfo();
  if (remoteAddress === undefined || !trust(remoteAddress, 0)) return undefined;
  const forwarded = metadata.get('x-forwarded-for').join(',').split(',');
  const addresses = forwarded.map((address) => address.trim()).filter((address) => address !== '');
  // As Fastify reads the same header: from the right, up to the first address that is no trusted proxy.
  return addresses.findLast((address, index) => !trust(address, addresses.length - index)) ?? addresses[0];
}
