// What is thrown for settings that cannot be used.

/** The message names the setting. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}
