// The tags of a certificate or CA, given and taken one at a time.

import { CloseOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, Flex, Input } from 'antd';
import { useState } from 'react';
import { callOperation } from '../../base/api.ts';
import { useWords } from '../../base/language.tsx';
import { Refusal } from '../../base/loaded.tsx';
import type { CertificateRow } from './certificate-data.ts';
import { certificatesWords } from './words.ts';

interface TagsEditorProps {
  readonly row: CertificateRow;
  readonly done: () => void;
}

export function TagsEditor({ row, done }: TagsEditorProps) {
  const text = useWords(certificatesWords);
  const [key, setKey] = useState('');
  const [value, setValue] = useState('');
  const { isBusy, problem, change } = useChange(row, done);
  const add = async (): Promise<void> => {
    const tag = { 'Tag.1.Key': key.trim(), ...(value !== '' && { 'Tag.1.Value': value }) };
    if (!(await change('TagResources', tag))) return;
    setKey('');
    setValue('');
  };
  return (
    <>
      {row.Tags.length === 0 && <p className="quiet">{text.noTags}</p>}
      <ul className="tag-list">
        {row.Tags.map(({ Key, Value }) => (
          <li key={Key} className="tag-text">
            {Value === '' ? Key : `${Key}=${Value}`}
            <Button
              type="text"
              size="small"
              icon={<CloseOutlined />}
              aria-label={text.removeTag(Key)}
              disabled={isBusy}
              onClick={() => void change('UntagResources', { 'TagKey.1': Key })}
            />
          </li>
        ))}
      </ul>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (key.trim() !== '') void add();
        }}
      >
        <Flex gap="small" wrap>
          <Input
            className="tag-input"
            size="small"
            aria-label={text.tagKey}
            placeholder={text.tagKey}
            value={key}
            maxLength={128}
            onChange={({ target }) => setKey(target.value)}
          />
          <Input
            className="tag-input"
            size="small"
            aria-label={text.tagValue}
            placeholder={text.tagValue}
            value={value}
            maxLength={128}
            onChange={({ target }) => setValue(target.value)}
          />
          <Button size="small" htmlType="submit" icon={<PlusOutlined />} loading={isBusy}>
            {text.addTag}
          </Button>
        </Flex>
      </form>
      {problem !== undefined && <Refusal error={problem} />}
    </>
  );
}

function useChange({ Identifier }: CertificateRow, done: () => void) {
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>();
  const change = async (action: string, tags: Readonly<Record<string, string>>): Promise<boolean> => {
    setBusy(true);
    setProblem(undefined);
    try {
      const resource = { RegionId: 'local', ResourceType: 'PcaCertificate', 'ResourceId.1': Identifier };
      await callOperation(action, { ...resource, ...tags });
      done();
      return true;
    } catch (error) {
      setProblem(error);
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { isBusy, problem, change };
}
