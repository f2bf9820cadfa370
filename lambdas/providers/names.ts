/** What the providers are called. The events of a generic one's sources bear another name, which must be none of these. */
export const PROVIDER_NAMES = [
  'ivvy',
  'ivy',
  'augustus',
  'altoviz',
  'avaza',
  'standard-webhooks',
  'hmac',
] as const;
