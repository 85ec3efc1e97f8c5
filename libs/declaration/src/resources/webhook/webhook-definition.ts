/** Who is told of changes of a project, by HTTP. */
export interface WebhookDefinition {
  readonly description: string;
  /** Where messages are sent: an `http` or `https` URL without credentials and fragment. */
  readonly url: string;
  /** Changes as the audit trail names them: `flags.update`, `flags.*`, `*`. */
  readonly events: readonly string[];
  /** Name of the secret that signs the messages; never the secret itself. */
  readonly secret: string;
  readonly enabled: boolean;
}

/** Whether a webhook is told of a change, for example `flags.update`. */
export function isToldOf({ enabled, events }: WebhookDefinition, action: string): boolean {
  const collection = action.slice(0, action.indexOf('.'));
  return enabled && events.some((event) => event === '*' || event === action || event === `${collection}.*`);
}
