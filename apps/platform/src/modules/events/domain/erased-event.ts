/** What the log holds in the place of an event whose unit was erased: no accepted event is without units. */
export function isErasedEvent(kind: string, payload: unknown): boolean {
  const units = (payload as { readonly units?: unknown } | null)?.units;
  return kind === 'tracked' && typeof units === 'object' && units !== null && Object.keys(units).length === 0;
}

/** Whether the payload of an event names the unit: as the unit of an exposure, or under any attribute. */
export function carriesUnit(kind: string, payload: unknown, unit: string): boolean {
  const { unit: exposed, units = {} } = payload as { readonly unit?: unknown; readonly units?: object };
  return kind === 'exposure' ? exposed === unit : Object.values(units).includes(unit);
}
