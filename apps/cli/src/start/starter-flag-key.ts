/** Key of the flag that a first start makes, so that the snippet has something to read. */
export const STARTER_FLAG = 'welcome';
