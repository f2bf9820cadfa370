import { unknownName } from '../lambdas/core/unknown-name.ts';
import { SettingError } from './setting-error.ts';

/** Every prop of a type: the compiler reports missing ones. */
export type PropNames<Props> = Readonly<Record<keyof Props, true>>;

/**
 * Rejects unknown props. TypeScript finds them only in object literals.
 *
 * @param path of the object, or '' for the props themselves.
 * @throws {SettingError} naming the unknown prop, the known ones and the nearest.
 */
export const checkPropNames = <Props>(
  path: string,
  props: Props | undefined,
  names: PropNames<Props>,
): void => {
  if (props === undefined) return;
  if (typeof props !== 'object' || props === null || Array.isArray(props)) {
    throw new SettingError(`${path} is ${JSON.stringify(props)}; it must be an object`);
  }
  for (const name of Object.keys(props)) {
    if (Object.hasOwn(names, name)) continue;
    const at = path === '' ? name : `${path}.${name}`;
    throw new SettingError(`${at}: ${unknownName(name, Object.keys(names))}`);
  }
};
