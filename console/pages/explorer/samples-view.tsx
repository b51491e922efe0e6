// The same call as a program, in the language one chooses.

import { DownloadOutlined } from '@ant-design/icons';
import { Button, Flex, Segmented } from 'antd';
import { sampleLanguages } from '../../../src/protocols/rpc/samples/languages.ts';
import type { Sample, SampleCall } from '../../../src/protocols/rpc/samples/sample.ts';
import { Choice } from '../../base/choice.tsx';
import { Code } from '../../base/code.tsx';
import { download } from '../../base/download.ts';
import { useWords } from '../../base/language.tsx';
import { useSetting } from '../../base/setting.ts';
import { zip } from '../../base/zip.ts';
import { explorerWords } from './words.ts';

const ids = sampleLanguages.map(({ id }) => id);

export function SamplesView({ call }: { readonly call: SampleCall }) {
  const text = useWords(explorerWords);
  const [chosen, choose] = useSetting('sample-language', ids, 'typescript');
  const [client, chooseClient] = useSetting('sample-client', ['typed', 'generic'], 'typed');
  const language = sampleLanguages.find(({ id }) => id === chosen);
  if (!language) return null;
  const typed = language.makeTyped?.(call);
  const sample = (client === 'typed' && typed) || language.make(call);
  return (
    <Flex vertical gap="small">
      <Flex gap="small" wrap>
        <div className="language">
          <Choice
            aria-label={text.language}
            value={chosen}
            options={sampleLanguages.map(({ id, title }) => ({ value: id, label: title }))}
            onChange={choose}
          />
        </div>
        {typed && (
          <Segmented
            aria-label={text.client}
            value={client}
            onChange={chooseClient}
            options={[
              { value: 'typed', label: text.typedClient },
              { value: 'generic', label: text.genericClient },
            ]}
          />
        )}
        <Button icon={<DownloadOutlined />} onClick={() => download(`${call.action}-${chosen}.zip`, projectOf(sample))}>
          {text.project}
        </Button>
      </Flex>
      <p>{text.keyHelp}</p>
      <Code label={sample.program.name} text={sample.program.text} />
      {sample.others.map((file) => (
        <Code key={file.name} label={file.name} text={file.text} />
      ))}
      {sample.install !== '' && <Code label={text.install} text={sample.install} />}
      <Code label={text.run} text={sample.run} />
    </Flex>
  );
}

function projectOf({ program, others, install, run }: Sample): Blob {
  const commands = [install, run].filter(Boolean).join('\n');
  const readme = {
    name: 'README.md',
    text: `Set the key in the environment, then:\n\n\`\`\`sh\n${commands}\n\`\`\`\n`,
  };
  return zip([program, ...others, readme]);
}
