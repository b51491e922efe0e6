// Samples for the two command lines: the vendor's, and our own.

import { keyVariables, type SampleCall, type SampleLanguage } from './sample.ts';
import { shellQuoted } from './shell-word.ts';

export const aliyun: SampleLanguage = {
  id: 'aliyun',
  title: 'aliyun CLI',
  make: (call) => {
    const { command, action, version, host, scheme } = call;
    // Parameters are passed through as they are, also those that the vendor does not have.
    const options = `--version ${shellQuoted(version)} --endpoint ${shellQuoted(host)} --force`;
    return sample(`aliyun ${command} ${action} ${options} ${scheme === 'https' ? '--secure' : '--insecure'}`, call);
  },
};

export const certitude: SampleLanguage = {
  id: 'certitude',
  title: 'certitude CLI',
  make: (call) => {
    const endpoint = shellQuoted(`${call.scheme}://${call.host}`);
    return sample(`npx certitude call ${call.commandName} --endpoint ${endpoint}`, call);
  },
};

function sample(begin: string, { parameters }: SampleCall) {
  const lines = parameters.map(([name, text]) => ` \\\n  --${name}=${shellQuoted(text)}`);
  const text = `#!/usr/bin/env bash\n# The key comes from ${keyVariables.id} and ${keyVariables.secret} in the environment.\n${begin}${lines.join('')}\n`;
  return { program: { name: 'call.sh', text }, others: [], install: '', run: 'bash call.sh' };
}
