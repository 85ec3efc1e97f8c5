/** Injection token of the connection string; for the one connection that listens for notifications. */
export const DATABASE_URL = Symbol('DatabaseUrl');
