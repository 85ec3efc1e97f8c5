import type { FoundPlugin } from './found-plugin.js';
import { pluginFailure } from './plugin-failure.js';

/**
 * The plugins, each after those that it requires, otherwise in their own order.
 *
 * @throws DomainError INVALID_STATE when one requires a plugin that is not there, or itself by way of others.
 */
export function openingOrder(found: readonly FoundPlugin[]): readonly FoundPlugin[] {
  const byName = new Map(found.map((each) => [each.plugin.name, each]));
  const ordered = new Set<FoundPlugin>();
  const visit = (each: FoundPlugin, way: readonly string[]): void => {
    const { name, requires = [] } = each.plugin;
    if (ordered.has(each)) return;
    if (way.includes(name)) {
      throw pluginFailure(`Plugins require each other in a circle: ${[...way, name].join(' -> ')}.`);
    }
    for (const required of requires) {
      const other = byName.get(required);
      if (!other) {
        throw pluginFailure(`The plugin ${name} requires ${required}, which the plugins file lacks. Add it there.`);
      }
      visit(other, [...way, name]);
    }
    ordered.add(each);
  };
  for (const each of found) visit(each, []);
  return [...ordered];
}
