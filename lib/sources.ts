import { Token } from 'aws-cdk-lib';
import { parseSettings, SOURCE_NAME, type Source } from '../lambdas/core/source.ts';
import { didYouMean, unknownName } from '../lambdas/core/unknown-name.ts';
import { type OptionsOf, type ProviderName, providerNamed } from '../lambdas/providers/index.ts';
import { PROVIDER_NAMES } from '../lambdas/providers/names.ts';
import type { Provider } from '../lambdas/providers/provider.ts';
import { entitiesOf } from '../lambdas/providers/shared/catalogue.ts';
import type { CommonSettings } from '../lambdas/providers/shared/common-settings.ts';
import { isFormerForm } from '../lambdas/providers/shared/former-settings.ts';
import { letIn } from '../lambdas/providers/shared/selection.ts';
import { shown } from './checks.ts';
import { checkChosenEvents } from './chosen-events.ts';
import { checkDistinctIds, toId } from './ids.ts';
import { SettingError } from './setting-error.ts';
import { type SourceOptions, sourceOptions } from './source-options.ts';

/** One connection to a provider: its settings, and options for the stack. Its secret is in Secrets Manager. */
export type SourceProps = SourceOptions &
  {
    [Name in ProviderName]: { readonly provider: Name } & Readonly<OptionsOf<Name>>;
  }[ProviderName];

/** A source with validated settings and their defaults. */
export interface ConfiguredSource {
  readonly source: Source;
  readonly provider: Provider<never>;
  readonly options: SourceOptions;
  /** Those of the events that it lets in. */
  readonly entities: readonly string[];
}

/**
 * Validates the sources, and sorts them by name.
 *
 * @param retentionSeconds of the event log.
 * @throws {SettingError} naming the source, the setting and what is allowed.
 */
export const configureSources = (
  sources: Readonly<Record<string, SourceProps>>,
  retentionSeconds: number,
): readonly ConfiguredSource[] => {
  if (!isObject(sources) || Object.keys(sources).length === 0) {
    throw new SettingError(
      "sources is empty; it must name at least one source, such as { altoviz: { provider: 'altoviz' } }",
    );
  }
  checkDistinctIds('source', Object.keys(sources));
  // Sorted, so that the template doesn't depend on the order of the sources.
  return Object.keys(sources)
    .sort()
    .map((name) => configure(name, sources[name] as SourceProps, retentionSeconds));
};

/** The entities of the sources' catalogues, also those of events that are not chosen. */
export const knownEntities = (sources: readonly ConfiguredSource[]): readonly string[] =>
  sources.flatMap(({ source, provider }) => entitiesOf(provider.catalogue(source.settings as never)));

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null;

/** Has the same scope as the sources. */
const GATE_API = 'Api';

const configure = (name: string, props: SourceProps, retentionSeconds: number): ConfiguredSource => {
  if (!SOURCE_NAME.test(name)) {
    throw new SettingError(
      `Source "${name}": its name must be lower-case words joined by hyphens, such as "ivvy-london", beginning with a letter, 32 characters at most`,
    );
  }
  if (toId(name) === GATE_API) {
    throw new SettingError(
      `Source "${name}": its name conflicts with the gate's own API; it needs another name`,
    );
  }
  if (!isObject(props)) {
    throw new SettingError(
      `Source "${name}" is ${shown(props)}; it must be an object, such as { provider: 'altoviz' }`,
    );
  }
  const { provider: providerName, throttle, reservedConcurrency, silenceAfter, ...given } = props;
  const provider = findProvider(name, providerName);
  checkForm(name, given, provider);
  checkSettingNames(name, props, provider);
  const options = parse(sourceOptions, name, { throttle, reservedConcurrency, silenceAfter });
  checkKnown(name, given);
  const settings = parse(provider.settings, name, given);
  checkNameInEvents(name, provider.nameInEvents?.(settings));
  checkRemembered(name, settings, retentionSeconds);
  const catalogue = provider.catalogue(settings);
  checkChosenEvents(name, (settings as CommonSettings).events, catalogue);
  return {
    source: { name, provider: provider.name, settings },
    provider,
    options,
    entities: entitiesOf(letIn(catalogue, settings)),
  };
};

/** Checks the provider's settings and the stack's options together, so that the error lists both. */
const checkSettingNames = (source: string, props: object, { settings }: Provider<never>): void => {
  const ofProvider = 'entries' in settings ? Object.keys(settings.entries as object) : [];
  const known = [...ofProvider, ...Object.keys(sourceOptions.entries), 'provider'];
  const faults = Object.keys(props)
    .filter((name) => !known.includes(name))
    .map((name) => `${name}: ${unknownName(name, known)}`);
  if (faults.length > 0) throw new SettingError(`Source "${source}": ${faults.join('; ')}`);
};

/** Says what has become of a setting, instead of two faults that don't. */
const checkForm = (source: string, given: object, { settings }: Provider<never>): void => {
  const isGeneric = 'entries' in settings && Object.hasOwn(settings.entries as object, 'catalogue');
  if (!isGeneric || !isFormerForm(given)) return;
  throw new SettingError(
    `Source "${source}": events: is a list of patterns now; the event names and what they mean are called catalogue`,
  );
};

const parse: typeof parseSettings = (schema, source, settings) => {
  try {
    return parseSettings(schema, source, settings);
  } catch (cause) {
    throw new SettingError((cause as Error).message, { cause });
  }
};

const findProvider = (source: string, provider: unknown): Provider<never> => {
  if (typeof provider !== 'string') {
    throw new SettingError(
      `Source "${source}": provider is ${shown(provider)}; it must be one of ${PROVIDER_NAMES.join(', ')}`,
    );
  }
  try {
    return providerNamed(provider);
  } catch (cause) {
    const { message } = cause as Error;
    throw new SettingError(`Source "${source}": ${message}${didYouMean(provider, PROVIDER_NAMES)}`, {
      cause,
    });
  }
};

/** The settings go into the function's environment, and their checks run now: a token would pass and fail there. */
const checkKnown = (source: string, settings: object): void => {
  for (const [name, value] of Object.entries(settings)) {
    if (!Token.isUnresolved(value) && !Token.isUnresolved(JSON.stringify(value))) continue;
    throw new SettingError(`Source "${source}": ${name}: must be known when the app is synthesized`);
  }
};

/**
 * A generic provider must not use the name of another provider. Checked here, because a function's bundle doesn't contain
 * the registry.
 */
const checkNameInEvents = (source: string, nameInEvents: string | undefined): void => {
  if (!PROVIDER_NAMES.some((known) => known === nameInEvents)) return;
  throw new SettingError(
    `Source "${source}": name: must be none of Gatepost's own providers (${PROVIDER_NAMES.join(', ')})`,
  );
};

/** What is older than the event log's retention can't be recognized as a duplicate. */
const checkRemembered = (source: string, settings: object, retentionSeconds: number): void => {
  for (const [name, value] of Object.entries(settings)) {
    if (!REMEMBERED.includes(name) || typeof value !== 'number' || value <= retentionSeconds) continue;
    throw new SettingError(
      `Source "${source}": ${name}: must not be longer than retention (${retentionSeconds} seconds), because older events can't be recognized as duplicates`,
    );
  }
};

/** The settings that say for how long an event may come again. */
const REMEMBERED: readonly string[] = ['maxAge', 'repeatWindow'];
