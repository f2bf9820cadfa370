import { entitiesOf } from '../lambdas/providers/catalogue.ts';
import { type OptionsOf, type ProviderName, providerNamed } from '../lambdas/providers/index.ts';
import type { Provider } from '../lambdas/providers/provider.ts';
import { parseSettings, SOURCE_NAME, type Source } from '../lambdas/source.ts';
import { checkDistinctIds } from './ids.ts';

/** One connection to a provider: which one, and its settings. What is secret about it is kept in Secrets Manager. */
export type SourceProps = {
  [Name in ProviderName]: { readonly provider: Name } & Readonly<OptionsOf<Name>>;
}[ProviderName];

/** A source whose settings have been checked and completed with their defaults. */
export interface ConfiguredSource {
  readonly source: Source;
  readonly provider: Provider<never>;
  /** The types of things that its events are about. */
  readonly entities: readonly string[];
}

/**
 * Checks the sources.
 *
 * @param retentionSeconds how long an event is remembered.
 * @throws {Error} that names the source, the setting and what would be right.
 */
export const configureSources = (
  sources: Readonly<Record<string, SourceProps>>,
  retentionSeconds: number,
): readonly ConfiguredSource[] => {
  checkDistinctIds('source', Object.keys(sources));
  const configured = Object.entries(sources).map(([name, props]) => configure(name, props, retentionSeconds));
  if (configured.length === 0) {
    throw new Error(
      "sources is empty; it must name at least one source, such as { altoviz: { provider: 'altoviz' } }",
    );
  }
  return configured;
};

const configure = (name: string, props: SourceProps, retentionSeconds: number): ConfiguredSource => {
  if (!SOURCE_NAME.test(name)) {
    throw new Error(
      `Source "${name}": its name must be lower-case words joined by hyphens, such as "ivvy-london", beginning with a letter, 32 characters at most`,
    );
  }
  const { provider: providerName, ...given } = props;
  const provider = findProvider(name, providerName);
  const settings = parseSettings(provider.settings, name, given);
  checkMaxAge(name, settings, retentionSeconds);
  return {
    source: { name, provider: provider.name, settings },
    provider,
    entities: entitiesOf(provider.catalogue(settings)),
  };
};

const findProvider = (source: string, provider: string): Provider<never> => {
  try {
    return providerNamed(provider);
  } catch (cause) {
    throw new Error(`Source "${source}": ${(cause as Error).message}`, { cause });
  }
};

/** What is older than the event log remembers could not be told from a repeat. */
const checkMaxAge = (source: string, settings: object, retentionSeconds: number): void => {
  if (!('maxAge' in settings) || typeof settings.maxAge !== 'number' || settings.maxAge <= retentionSeconds)
    return;
  throw new Error(
    `Source "${source}": maxAge: must not be longer than retention (${retentionSeconds} seconds), because what is older could not be told from a repeat`,
  );
};
