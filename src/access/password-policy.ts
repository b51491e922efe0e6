// What an account asks of the passwords of its users.

export interface PasswordPolicy {
  /** 8 to 32. */
  readonly minimumPasswordLength: number;
  readonly requireLowercaseCharacters: boolean;
  readonly requireUppercaseCharacters: boolean;
  readonly requireNumbers: boolean;
  readonly requireSymbols: boolean;
  /** How many characters must differ from each other: 0 to the minimum length. */
  readonly minimumPasswordDifferentCharacter: number;
  readonly passwordNotContainUserName: boolean;
  /** Days after which a password has to be changed; 0 for never. */
  readonly maxPasswordAge: number;
  /** Whether a password that is too old lets nobody in, instead of only asking for another. */
  readonly hardExpiry: boolean;
  /** How many wrong passwords within an hour lock the user out for an hour; 0 for no limit. */
  readonly maxLoginAttempts: number;
}

/** The vendor's, where an account has set none. */
export const defaultPasswordPolicy: PasswordPolicy = {
  minimumPasswordLength: 8,
  requireLowercaseCharacters: false,
  requireUppercaseCharacters: false,
  requireNumbers: false,
  requireSymbols: false,
  minimumPasswordDifferentCharacter: 0,
  passwordNotContainUserName: false,
  maxPasswordAge: 0,
  hardExpiry: false,
  maxLoginAttempts: 5,
};

/** Bounds what one attempt costs; the vendor's limit is 32. */
export const maxPasswordLength = 128;

/** @returns why the policy is none, in words; `undefined` if it is one. */
export function policyProblem(policy: PasswordPolicy): string | undefined {
  const ranges: readonly [name: string, value: number, least: number, most: number][] = [
    ['the minimum length', policy.minimumPasswordLength, 8, 32],
    ['the number of different characters', policy.minimumPasswordDifferentCharacter, 0, policy.minimumPasswordLength],
    ['the greatest age', policy.maxPasswordAge, 0, 1095],
    ['the number of attempts', policy.maxLoginAttempts, 0, 32],
  ];
  for (const [name, value, least, most] of ranges) {
    if (!Number.isInteger(value) || value < least || value > most)
      return `${name} is a number from ${least} to ${most}`;
  }
  return undefined;
}

/** @returns what the policy asks and the password does not have, in words that do not repeat it; `undefined` if it will do. */
export function passwordProblem(password: string, user: string, policy: PasswordPolicy): string | undefined {
  const { minimumPasswordLength: least } = policy;
  if (password.length < least || password.length > maxPasswordLength)
    return `${least} to ${maxPasswordLength} characters`;
  if (!/^[\x21-\x7e]*$/.test(password)) return 'printable ASCII characters only, no blanks';
  if (policy.requireLowercaseCharacters && !/[a-z]/.test(password)) return 'at least one lower-case letter';
  if (policy.requireUppercaseCharacters && !/[A-Z]/.test(password)) return 'at least one upper-case letter';
  if (policy.requireNumbers && !/[0-9]/.test(password)) return 'at least one digit';
  if (policy.requireSymbols && !/[^a-zA-Z0-9]/.test(password))
    return 'at least one character that is no letter or digit';
  if (new Set(password).size < policy.minimumPasswordDifferentCharacter)
    return `at least ${policy.minimumPasswordDifferentCharacter} different characters`;
  if (policy.passwordNotContainUserName && password.toLowerCase().includes(user.toLowerCase()))
    return 'not the name of the user in it';
  return undefined;
}
