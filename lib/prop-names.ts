import { unknownName } from '../lambdas/core/unknown-name.ts';
import { SettingError } from './setting-error.ts';

/** Every prop of a type: the compiler asks for the ones that are missing. */
export type PropNames<Props> = Readonly<Record<keyof Props, true>>;

/**
 * Checks that an object of props has none but those of its type. TypeScript overlooks others in objects that are passed
 * on, and JavaScript always.
 *
 * @param path what the object is called, or '' for the props themselves.
 * @throws {SettingError} that names the unknown prop, those that there are, and the nearest.
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
