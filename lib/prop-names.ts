import { unknownName } from '../lambdas/core/unknown-name.ts';
import { checkObject } from './checks.ts';
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
  if (props === undefined && path !== '') return;
  checkObject(path === '' ? 'The object of props' : path, props);
  for (const name of Object.keys(props as object)) {
    if (Object.hasOwn(names, name)) continue;
    const at = path === '' ? name : `${path}.${name}`;
    throw new SettingError(`${at}: ${unknownName(name, Object.keys(names))}`);
  }
};
