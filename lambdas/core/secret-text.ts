/** The text of a stored secret, or why it has none. */
export type SecretText =
  | { readonly text: string; readonly fault?: undefined }
  | { readonly text?: undefined; readonly fault: string };

/**
 * Reads a stored secret, without the white space around it that came with the pasting. The console of AWS offers to store
 * key/value pairs first, which are a JSON object: the one value of such an object is the secret.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/create_secret.html
 */
export const readSecretText = (stored: string): SecretText => {
  const text = stored.trim();
  const values = pairsIn(text);
  if (values === undefined) return { text };
  const [value, ...others] = values;
  if (typeof value === 'string' && others.length === 0) return { text: value.trim() };
  return {
    fault: `the secret is a JSON object of ${values.length} values: store one value, or the secret as plain text`,
  };
};

/** The values of a JSON object; undefined for any other text. */
const pairsIn = (text: string): readonly unknown[] | undefined => {
  if (!text.startsWith('{')) return undefined;
  try {
    return Object.values(JSON.parse(text));
  } catch {
    // A secret that begins with a brace and is no JSON.
    return undefined;
  }
};
