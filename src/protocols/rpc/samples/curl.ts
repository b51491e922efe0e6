// Samples for curl: a script that signs with what every system has (ACS3-HMAC-SHA256).

import { keyVariables, parameterLines, type SampleCall, type SampleLanguage } from './sample.ts';
import { shellQuoted } from './shell-word.ts';

export const curl: SampleLanguage = {
  id: 'curl',
  title: 'curl',
  make: (call) => ({ program: { name: 'call.sh', text: script(call) }, others: [], install: '', run: 'bash call.sh' }),
};

function script(call: SampleCall): string {
  const { action, version, scheme, host } = call;
  return `#!/usr/bin/env bash
# Signs one call with ACS3-HMAC-SHA256 and makes it. Needs bash, curl, openssl and sha256sum.
set -euo pipefail

# The key comes from the environment and is never written into a program.
: "\${${keyVariables.id}:?}" "\${${keyVariables.secret}:?}"

endpoint=${shellQuoted(`${scheme}://${host}`)}
action=${shellQuoted(action)}
version=${shellQuoted(version)}
parameters=(
${parameterLines(call, (name, text) => `  ${shellQuoted(name)} ${shellQuoted(text)}`)}
)

# RFC 3986: all but the unreserved characters, octet by octet.
encode() {
  local LC_ALL=C text=$1 at character octet
  for ((at = 0; at < \${#text}; at++)); do
    character=\${text:at:1}
    case $character in
      [A-Za-z0-9._~-]) printf '%s' "$character" ;;
      *) printf -v octet '%d' "'$character" && printf '%%%02X' $((octet & 255)) ;;
    esac
  done
}

body=
for ((at = 0; at < \${#parameters[@]}; at += 2)); do
  body+=\${body:+&}$(encode "\${parameters[at]}")=$(encode "\${parameters[at + 1]}")
done

sha256() { sha256sum | cut -d ' ' -f 1; }
hash=$(printf '%s' "$body" | sha256)
headers="content-type:application/x-www-form-urlencoded
host:\${endpoint#*://}
x-acs-action:$action
x-acs-content-sha256:$hash
x-acs-date:$(date -u +%Y-%m-%dT%H:%M:%SZ)"
[ -z "\${${keyVariables.token}:-}" ] || headers+="
x-acs-security-token:$${keyVariables.token}"
headers=$(printf '%s\\n' "$headers" "x-acs-signature-nonce:$(openssl rand -hex 16)" "x-acs-version:$version" | LC_ALL=C sort)
names=$(printf '%s\\n' "$headers" | cut -d : -f 1 | paste -s -d ';' -)
canonical=$(printf 'POST\\n/\\n\\n%s\\n\\n%s\\n%s' "$headers" "$names" "$hash")
digest=$(printf '%s' "$canonical" | sha256)
# While openssl runs, other users of this machine can see its arguments, which hold the secret.
signature=$(printf 'ACS3-HMAC-SHA256\\n%s' "$digest" | openssl dgst -sha256 -hmac "$${keyVariables.secret}" | sed 's/^.* //')

arguments=(-H "Authorization: ACS3-HMAC-SHA256 Credential=$${keyVariables.id},SignedHeaders=$names,Signature=$signature")
while IFS= read -r line; do arguments+=(-H "\${line/:/: }"); done <<<"$headers"
printf '%s' "$body" | curl -sS "\${arguments[@]}" --data-binary @- "$endpoint/"
echo
`;
}
