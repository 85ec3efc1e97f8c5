/**
 * What Node.js is told when it runs the platform; the command's first line and the scripts of package.json repeat it.
 *
 * A young generation with room for what batches of events leave behind, so that it is gone before the next collection
 * looks (`npm run bench -w apps/platform -- events` shows what that saves). As it is collected seldom then, the bodies
 * of requests, which lie outside the heap, wait long too: without room for them beside the old generation V8 collects
 * all of it every few seconds (`npm run proof -w apps/platform -- neighbour`).
 */
export const NODE_FLAGS: readonly string[] = ['--max-semi-space-size=64', '--initial-old-space-size=256'];
