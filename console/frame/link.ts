// The token of a link that signs in once, behind the hash sign of the address.

/** @returns the token, which is in the address no longer; `undefined` where there was none. */
export function takeLinkToken(): string | undefined {
  const token = new URLSearchParams(location.hash.slice(1)).get('link');
  if (token === null) return undefined;
  // Neither the history nor whoever looks over a shoulder gets it.
  history.replaceState(null, '', location.pathname + location.search);
  return token;
}
