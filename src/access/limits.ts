// How much of everything an account may have: the vendor's published figures (RAM, "Limitations", December 2025).

/** Of one account. */
export const maxUsers = 5000;
export const maxGroups = 300;
export const maxRoles = 1000;
export const maxCustomPolicies = 1500;
export const maxMfaDevices = 5000;

/** Two, so that a key can be replaced without an outage. Holds for the root too. */
export const maxAccessKeysOfUser = 2;
export const maxGroupsOfUser = 10;
export const maxVersionsOfPolicy = 5;

/** Of one role or policy. */
export const maxTagsOfResource = 20;

/** Attached to one user, group or role. */
export const maxAttachedSystemPolicies = 20;
export const maxAttachedCustomPolicies = 10;

/** How long a session of a role may last, in seconds. */
export const sessionSeconds = { least: 900, shortestMaximum: 3600, longestMaximum: 43_200 } as const;
