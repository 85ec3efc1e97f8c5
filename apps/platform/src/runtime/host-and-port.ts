/** `host:port` as URLs and gRPC take it: an IPv6 address stands in brackets, `[::1]:7800`. */
export function hostAndPort(host: string, port: number): string {
  return `${host.includes(':') ? `[${host}]` : host}:${String(port)}`;
}
