/** Whether a context matches. Throws only when reading the context throws or a plugin operator fails. */
export type Test = (context: object) => boolean;
