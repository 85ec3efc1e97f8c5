/** A credential without its secret. */
export interface ApiKey {
  readonly id: string;
  /** Public part by which it is looked up. */
  readonly selector: string;
  readonly kind: ApiKeyKind;
  readonly displayName: string;
  /** The environment of a client or server key; undefined for admin keys. */
  readonly environment: { readonly id: string; readonly project: string; readonly key: string } | undefined;
  readonly expiresAt: Date | undefined;
  readonly revokedAt: Date | undefined;
  readonly createdAt: Date;
}

export type ApiKeyKind = 'client' | 'server' | 'admin' | 'operator';
