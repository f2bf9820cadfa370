import type { Guess } from './guess.ts';

const HINTS: Readonly<Record<string, string>> = {
  name: 'to fill in: the name of the SaaS, in lower case',
  eventName: 'to check: the place of the event’s name',
  events: 'to fill in: each event’s name, and what it means',
  publicKeys: 'the key that was given',
};

/** A guess as it stands among the sources in bin/gatepost.ts. */
export const declarationText = ({ provider, options, open }: Guess): string => {
  const lines = [
    `  provider: ${quoted(provider)},`,
    ...Object.entries(options).map(([name, value]) => {
      const hint = open.includes(name) ? HINTS[name] : undefined;
      return `  ${name}: ${literal(value)},${hint === undefined ? '' : ` // ${hint}`}`;
    }),
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
