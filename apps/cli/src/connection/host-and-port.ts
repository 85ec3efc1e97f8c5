const EVERY_INTERFACE: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' };

/** `host:port` as URLs and gRPC take it: an IPv6 address stands in brackets, `[::1]:7800`. */
export function hostAndPort(host: string, port: number): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** An interface as people write it: `[::1]` is `::1`. */
export function hostOf(text: string): string {
  return /^\[(.*)\]$/.exec(text)?.[1] ?? text;
}

/** Where a host that stands for every interface can be reached from the same machine. */
export function localHost(host: string): string {
  return EVERY_INTERFACE[host] ?? host;
}

/** The same for `host:port`, or a URL of it. */
export function localAddress(address: string): string {
  const [, scheme = '', host = '', port = ''] = /^(https?:\/\/)?(.*):(\d+)$/.exec(address) ?? [];
  return port === '' ? address : `${scheme}${hostAndPort(localHost(hostOf(host)), Number(port))}`;
}
