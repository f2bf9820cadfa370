/** The line width of Biome, which also checks the generated files. */
const LINE_WIDTH = 110;

/**
 * Writes JSON as Biome formats it: a value without nested objects on one line if it fits, otherwise one member per line.
 */
export const writePrettyJson = (value: unknown): string => `${write(value, '', '')}\n`;

/** @param before the text before the value on its line. */
const write = (value: unknown, indent: string, before: string): string => {
  if (!isObject(value) || Object.keys(value).length === 0) return JSON.stringify(value);
  const line = flat(value);
  // Less than the width: a comma may follow.
  if (line !== undefined && indent.length + before.length + line.length < LINE_WIDTH) return line;
  const deeper = `${indent}  `;
  const lines = Array.isArray(value)
    ? value.map((item) => write(item, deeper, ''))
    : Object.entries(value).map(([key, member]) => {
        const name = `${JSON.stringify(key)}: `;
        return name + write(member, deeper, name);
      });
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  return `${open}\n${lines.map((one) => deeper + one).join(',\n')}\n${indent}${close}`;
};

/** A value on one line; undefined if it has nested objects. */
const flat = (value: unknown): string | undefined => {
  if (!isObject(value) || Object.keys(value).length === 0) return JSON.stringify(value);
  const members = Object.entries(value);
  const lines = members.map(([, member]) => flat(member));
  if (lines.includes(undefined)) return undefined;
  if (Array.isArray(value)) return `[${lines.join(', ')}]`;
  const holdsObject = members.some(
    ([, member]) => isObject(member) && !Array.isArray(member) && flat(member) !== '{}',
  );
  return !holdsObject
    ? `{ ${members.map(([key], at) => `${JSON.stringify(key)}: ${lines[at]}`).join(', ')} }`
    : undefined;
};

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
