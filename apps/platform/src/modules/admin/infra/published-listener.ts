/** Hears that an environment has reached a revision. */
export type PublishedListener = (environmentId: string, revision: number) => void;
