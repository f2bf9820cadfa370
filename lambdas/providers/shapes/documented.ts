import { altovizDocumentation } from '../altoviz/data.ts';
import { augustusDocumentation } from '../augustus/data.ts';
import { avazaDocumentation } from '../avaza/data.ts';
import { ivvyDocumentation } from '../ivvy/data.ts';
import { ivyDocumentation } from '../ivy/data.ts';
import type { Documentation } from './documentation.ts';

/** Every provider with a catalogue of its own. Separate from the registry, to keep the shapes out of the bundles. */
export const documented = {
  ivvy: ivvyDocumentation,
  ivy: ivyDocumentation,
  augustus: augustusDocumentation,
  altoviz: altovizDocumentation,
  avaza: avazaDocumentation,
} as const satisfies Readonly<Record<string, Documentation>>;
