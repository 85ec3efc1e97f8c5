/** Channel of the notifications `environmentId:revision`, sent when a snapshot is published. */
export const SNAPSHOT_CHANNEL = 'sortition_snapshot';
