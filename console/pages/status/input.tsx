// Where serial numbers come in: pasted, from files chosen, or files dropped.

import { CloseOutlined, UploadOutlined } from '@ant-design/icons';
import { Alert, Input as AntdInput, Button, Flex, Form } from 'antd';
import { type DragEvent, memo, useRef, useState } from 'react';
import { useLanguage, useWords } from '../../base/language.tsx';
import { numberText } from '../../base/time-text.tsx';
import { type Found, mostSerialNumbers, serialNumbersIn, serialNumbersInFile, together } from './serial-numbers.ts';
import { statusWords } from './words.ts';

interface ReadFile {
  readonly name: string;
  readonly found: Found;
}

/** A million serial numbers with a line each, and room. */
const mostOctets = 64 * 1024 * 1024;

interface InputProps {
  readonly onCheck: (found: Found) => void;
  readonly isBusy: boolean;
}

/**
 * `onCheck` must be stable. Not rendered anew with every batch of answers: each time React would compare all that is in the text
 * area, which may be megabytes.
 */
export const Input = memo(function Input({ onCheck, isBusy }: InputProps) {
  const say = useWords(statusWords);
  const [text, setText] = useState('');
  const [files, setFiles] = useState<readonly ReadFile[]>([]);
  const [problem, setProblem] = useState('');
  const [isOver, setOver] = useState(false);
  const chooser = useRef<HTMLInputElement>(null);

  const take = async (list: FileList | null): Promise<void> => {
    setProblem('');
    for (const file of list ?? []) {
      if (file.size > mostOctets) setProblem(say.tooLarge(file.name));
      else {
        const found = serialNumbersInFile(new Uint8Array(await file.arrayBuffer()));
        setFiles((before) => [...before.filter(({ name }) => name !== file.name), { name: file.name, found }]);
      }
    }
  };
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    void take(event.dataTransfer.files);
  };
  const submit = (): void => {
    const typed = text.trim() === '' ? [] : [serialNumbersIn(text)];
    const all = together([...typed, ...files.map(({ found }) => found)]);
    if (all.serialNumbers.length > mostSerialNumbers) setProblem(say.tooMany);
    else onCheck(all);
  };

  return (
    <section
      className={isOver ? 'panel drop-zone is-over' : 'panel drop-zone'}
      aria-label={say.input}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <Form layout="vertical" onFinish={submit}>
        <Form.Item label={say.input} htmlFor="status-input" extra={say.inputHelp}>
          <AntdInput.TextArea
            id="status-input"
            className="long-text mono"
            value={text}
            spellCheck={false}
            placeholder={'54:c4:8e:5e:7b:b0:e0\n-----BEGIN CERTIFICATE-----'}
            onChange={({ target }) => setText(target.value)}
          />
        </Form.Item>
        {files.length > 0 && (
          <Files files={files} remove={(name) => setFiles(files.filter((each) => each.name !== name))} />
        )}
        {problem !== '' && <Alert type="error" showIcon title={problem} className="gap-below" />}
        <Flex gap="small" wrap>
          <Button type="primary" htmlType="submit" disabled={isBusy || (text.trim() === '' && files.length === 0)}>
            {say.check}
          </Button>
          <Button icon={<UploadOutlined />} onClick={() => chooser.current?.click()}>
            {say.chooseFiles}
          </Button>
          <input
            ref={chooser}
            type="file"
            multiple
            className="file-chooser"
            tabIndex={-1}
            aria-label={say.chooseFiles}
            onChange={({ target }) => {
              void take(target.files).then(() => {
                target.value = '';
              });
            }}
          />
        </Flex>
      </Form>
    </section>
  );
});

function Files({ files, remove }: { readonly files: readonly ReadFile[]; readonly remove: (name: string) => void }) {
  const say = useWords(statusWords);
  const language = useLanguage();
  return (
    <ul className="files">
      {files.map(({ name, found }) => (
        <li key={name}>
          <span className="wrap">{name}</span>{' '}
          <span className="quiet">{say.inFile(numberText(found.serialNumbers.length, language))}</span>
          <Button
            type="text"
            size="small"
            icon={<CloseOutlined />}
            aria-label={say.removeFile(name)}
            onClick={() => remove(name)}
          />
        </li>
      ))}
    </ul>
  );
}
