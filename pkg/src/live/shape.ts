export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** Whether a value has methods of these names. */
export function hasMethods(value: unknown, ...names: readonly string[]): boolean {
  return isObject(value) && names.every((name) => typeof Reflect.get(value, name) === 'function');
}
