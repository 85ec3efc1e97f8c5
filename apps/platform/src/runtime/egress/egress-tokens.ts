/** For {@link AllowedAddresses}. */
export const EGRESS_ADDRESSES = Symbol('EgressAddresses');
/** For the path of the file of secrets; undefined: there is none. */
export const SECRETS_FILE = Symbol('SecretsFile');
