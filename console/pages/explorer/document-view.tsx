// What is declared of an operation, as a page: what it does, permission, parameters, answer, errors, an example.

import { Descriptions, Typography } from 'antd';
import type { ExplorerCatalog, ExplorerOperation } from '../../base/api.ts';
import { Code } from '../../base/code.tsx';
import { commonWords } from '../../base/common-words.ts';
import { useWords } from '../../base/language.tsx';
import { PlainTable } from '../../base/plain-table.tsx';
import { explorerWords } from './words.ts';

type Described = ExplorerOperation['parameters'][number];

interface DocumentProps {
  readonly operation: ExplorerOperation;
  readonly errors: ExplorerCatalog['errors'];
}

export function DocumentView({ operation, errors }: DocumentProps) {
  const text = useWords(explorerWords);
  const { summary, notes, releases, permission, limit, parameters, answerFields, example } = operation;
  const resources = permission.resources.join(', ') || text.allResources;
  return (
    <div className="document">
      <p>{summary}</p>
      <ul>
        {notes.map((note) => (
          <li key={note}>{note}</li>
        ))}
      </ul>
      <Typography.Title level={3}>{text.permission}</Typography.Title>
      <Descriptions
        column={1}
        size="small"
        bordered
        items={[
          { key: 'action', label: text.action, children: permission.action ?? text.everyCaller },
          { key: 'level', label: text.accessLevel, children: permission.accessLevel },
          { key: 'resources', label: text.resources, children: permission.action === undefined ? '' : resources },
          { key: 'limit', label: text.limit, children: text.limitText(limit) },
        ]}
      />
      <Typography.Title level={3}>{text.parameters}</Typography.Title>
      {parameters.length === 0 ? <p>{text.noParameters}</p> : <Fields rows={parameters} head={text.parameter} />}
      <Typography.Title level={3}>{text.answer}</Typography.Title>
      <Fields rows={answerFields} head={text.field} />
      <Code label={text.exampleAnswer} text={JSON.stringify(example.answer, null, 2)} />
      <Typography.Title level={3}>{text.errors}</Typography.Title>
      <Errors rows={operation.errors} name={text.errors} />
      <Typography.Title level={3}>{text.errorsOfEvery}</Typography.Title>
      <Errors rows={errors} name={text.errorsOfEvery} />
      <Typography.Title level={3}>{text.releaseNotes}</Typography.Title>
      <ul>
        {releases.map(({ release, change }) => (
          <li key={release + change}>
            {release}: {change}
          </li>
        ))}
      </ul>
    </div>
  );
}

function Fields({ rows, head }: { readonly rows: readonly Described[]; readonly head: string }) {
  const text = useWords(explorerWords);
  const say = useWords(commonWords);
  const mark = (isRequired: boolean) => (isRequired && head === text.parameter ? say.required : '');
  return (
    <PlainTable
      name={head}
      head={[head, text.type, text.meaning, text.example]}
      rows={rows.map(({ path, type, required, description, example }) => [
        <span key="path">
          <code>{path}</code> {mark(required)}
        </span>,
        type,
        description,
        <code key="example">{example.slice(0, longestExample)}</code>,
      ])}
    />
  );
}

/** Of certificates the beginning is enough to know one by. */
const longestExample = 80;

interface ErrorRow {
  readonly code: string;
  readonly http: number;
  readonly message: string;
}

function Errors({ rows, name }: { readonly rows: readonly ErrorRow[]; readonly name: string }) {
  const text = useWords(explorerWords);
  return (
    <PlainTable
      name={name}
      head={['HTTP', text.code, text.when]}
      rows={rows.map(({ http, code, message }) => [http, <code key="code">{code}</code>, message])}
    />
  );
}
