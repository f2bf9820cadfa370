/** A place where what was read is not what was asked for. */
export interface Difference {
  /** Where, from the resource's properties on: `RedrivePolicy.maxReceiveCount`. */
  readonly path: string;
  readonly wanted: unknown;
  /** `undefined` where there is nothing at all. */
  readonly found: unknown;
}

/**
 * Compares what the template asks for with what a service says. What the service says beyond it is not looked at: every
 * service has defaults. Numbers and booleans count as equal to how they are spelled, since SQS knows strings only.
 */
export const compare = (wanted: unknown, found: unknown, path = ''): readonly Difference[] => {
  if (Array.isArray(wanted)) {
    if (!Array.isArray(found) || found.length !== wanted.length) return [{ path, wanted, found }];
    return wanted.flatMap((item, index) => compare(item, found[index], `${path}[${index}]`));
  }
  if (typeof wanted === 'object' && wanted !== null) {
    if (typeof found !== 'object' || found === null) return [{ path, wanted, found }];
    const values = found as Readonly<Record<string, unknown>>;
    return Object.entries(wanted).flatMap(([name, value]) =>
      compare(
        value,
        Object.hasOwn(values, name) ? values[name] : undefined,
        path === '' ? name : `${path}.${name}`,
      ),
    );
  }
  return found !== undefined && String(wanted) === String(found) ? [] : [{ path, wanted, found }];
};
