/** Where what must be unique or unguessable comes from. */
export interface Identity {
  /** A UUIDv7, which sorts after earlier ones. */
  newId(): string;
  /** Random text without "/". */
  newSalt(): string;
}

export const IDENTITY = Symbol('Identity');
