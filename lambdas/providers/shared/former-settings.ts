/**
 * Whether settings have the form of version 0.1.0, in which a generic provider's catalogue was called `events`. A list of
 * that name says which events the source lets in.
 */
export const isFormerForm = (settings: unknown): settings is { readonly events: object } => {
  const { events } = Object(settings) as { readonly events?: unknown };
  return typeof events === 'object' && events !== null && !Array.isArray(events);
};

/**
 * Settings in today's form. What was stored or deployed by version 0.1.0 has the former one, and has to stay readable.
 *
 * @param settings as they were stored, of any provider.
 */
export const inTodaysForm = (settings: unknown): unknown => {
  if (!isFormerForm(settings)) return settings;
  const { events: catalogue, ...rest } = settings;
  return { ...rest, catalogue };
};
