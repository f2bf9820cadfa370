/** A setting that the customer has to change. Its message says which one, and what would be right. */
export class SettingError extends Error {
  override readonly name = 'SettingError';
}
