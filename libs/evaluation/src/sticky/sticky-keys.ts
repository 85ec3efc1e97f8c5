import { unitOf } from '../bucketing/index.js';
import { attributeReader } from '../conditions/attribute-reader.js';
import type { CompiledFlag } from '../evaluate/compiled-flag.js';
import { experimentUnit } from '../evaluate/unit-attribute.js';
import type { StickyKey } from './sticky-record.js';
import { stickyId } from './sticky-session.js';

/**
 * Every stored assignment that deciding the flag for the context may ask for, its prerequisites included; more than
 * are needed when an earlier rule decides, never fewer. Total: an unreadable unit has no key.
 */
export function stickyKeys(flag: CompiledFlag, context: object | null | undefined): readonly StickyKey[] {
  const keys = new Map<string, StickyKey>();
  if (typeof context === 'object' && context !== null) collect(flag, context, keys);
  return [...keys.values()];
}

function collect(flag: CompiledFlag, context: object, keys: Map<string, StickyKey>): void {
  if (!flag.isSticky) return;
  for (const { flag: needed } of flag.prerequisites) collect(needed, context, keys);
  for (const { serve } of flag.source.rules) {
    if (serve.kind !== 'experiment' || serve.sticky === undefined) continue;
    const unit = readUnit(context, experimentUnit(serve), serve.split.program?.coerce);
    if (unit === undefined) continue;
    const { materialization } = serve.sticky;
    keys.set(stickyId(materialization, unit), { materialization, unit });
  }
}

function readUnit(context: object, attribute: string, coercion: Parameters<typeof unitOf>[1]): string | undefined {
  try {
    return unitOf(attributeReader(attribute)(context), coercion);
  } catch {
    return undefined;
  }
}
