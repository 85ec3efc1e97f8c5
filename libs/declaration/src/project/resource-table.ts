import { slotOf } from './project-state.js';
import { referencesOf } from './references.js';
import type { AnyResource, ResourceKind } from '../resource.js';

/** A project's resources, found by slot, by kind and by what they mention, without a walk through all of them. */
export class ResourceTable {
  private readonly bySlot = new Map<string, AnyResource>();
  private readonly slotsOfKind = new Map<ResourceKind, Set<string>>();
  private readonly slotsMentioning = new Map<string, Set<string>>();
  /** Made when it is asked for, and dropped when the kind changes. */
  private readonly sortedOfKind = new Map<ResourceKind, readonly AnyResource[]>();

  constructor(resources: Iterable<AnyResource>) {
    for (const resource of resources) this.replace(undefined, resource);
  }

  get size(): number {
    return this.bySlot.size;
  }

  get(slot: string): AnyResource | undefined {
    return this.bySlot.get(slot);
  }

  /** Ordered by slot. */
  all(kind: ResourceKind): readonly AnyResource[] {
    const known = this.sortedOfKind.get(kind);
    if (known) return known;
    const sorted = [...(this.slotsOfKind.get(kind) ?? [])].sort().flatMap((slot) => this.bySlot.get(slot) ?? []);
    this.sortedOfKind.set(kind, sorted);
    return sorted;
  }

  /** Slots of the resources that mention the resource. */
  mentioning(kind: ResourceKind, key: string): ReadonlySet<string> {
    return this.slotsMentioning.get(`${kind}/${key}`) ?? NONE;
  }

  /** Puts one resource in the place of another; undefined stands for none. */
  replace(before: AnyResource | undefined, after: AnyResource | undefined): void {
    if (before) this.remove(before);
    if (after) this.add(after);
  }

  private add(resource: AnyResource): void {
    const slot = slotOf(resource);
    this.bySlot.set(slot, resource);
    include(this.slotsOfKind, resource.kind, slot);
    this.sortedOfKind.delete(resource.kind);
    for (const { kind, key } of referencesOf(resource)) include(this.slotsMentioning, `${kind}/${key}`, slot);
  }

  private remove(resource: AnyResource): void {
    const slot = slotOf(resource);
    this.bySlot.delete(slot);
    this.slotsOfKind.get(resource.kind)?.delete(slot);
    this.sortedOfKind.delete(resource.kind);
    for (const { kind, key } of referencesOf(resource)) {
      const name = `${kind}/${key}`;
      const slots = this.slotsMentioning.get(name);
      slots?.delete(slot);
      if (slots?.size === 0) this.slotsMentioning.delete(name);
    }
  }
}

const NONE: ReadonlySet<string> = new Set();

function include<K>(index: Map<K, Set<string>>, name: K, slot: string): void {
  const slots = index.get(name);
  if (slots) slots.add(slot);
  else index.set(name, new Set([slot]));
}
