/** Injection token of the `Warehouse` that the composition root opened. */
export const WAREHOUSE = Symbol('Warehouse');
