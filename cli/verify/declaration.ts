import type { Guess } from './guess.ts';

/** A guess as it stands among the sources in bin/gatepost.ts. What has no value yet is a comment. */
export const declarationText = ({ provider, options, hints }: Guess): string => {
  const lines = [
    `  provider: ${quoted(provider)},`,
    ...Object.entries(options).map(([name, value]) => {
      const hint = hints[name];
      return `  ${name}: ${literal(value)},${hint === undefined ? '' : ` // ${hint}`}`;
    }),
    ...Object.entries(hints)
      .filter(([name]) => !(name in options))
      .map(([name, hint]) => `  // ${name}: ${hint}`),
  ];
  return [`'my-saas': {`, ...lines, '},'].join('\n');
};

const literal = (value: unknown): string => {
  if (typeof value === 'string') return quoted(value);
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  const entries = Object.entries(value).map(([name, each]) => `${quoted(name)}: ${literal(each)}`);
  return `{ ${entries.join(', ')} }`;
};

/** As Biome writes it. */
const quoted = (text: string): string =>
  `'${JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
