// Everything that can happen to accounts, users, access keys and policies. Written to the same journal as certificates.

export type AccessEvent =
  | { readonly kind: 'account-created'; readonly name: string }
  | { readonly kind: 'user-created'; readonly user: string; readonly userId: string }
  | { readonly kind: 'user-deleted'; readonly user: string }
  /** `user` absent: a key of the account's root. The secret is stored sealed beside the journal. */
  | { readonly kind: 'access-key-created'; readonly accessKeyId: string; readonly user?: string }
  | { readonly kind: 'access-key-switched'; readonly accessKeyId: string; readonly active: boolean }
  | { readonly kind: 'access-key-deleted'; readonly accessKeyId: string }
  /** Creates the policy or replaces its document. */
  | { readonly kind: 'policy-written'; readonly policy: string; readonly document: string }
  | { readonly kind: 'policy-deleted'; readonly policy: string }
  | { readonly kind: 'policy-attached'; readonly policy: string; readonly user: string }
  | { readonly kind: 'policy-detached'; readonly policy: string; readonly user: string };
