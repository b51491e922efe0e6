// One operation: its form, and beside it what a call came to, samples and the document.

import { App, Button, Flex, Form, Segmented, Tabs, Tooltip, Typography } from 'antd';
import { useMemo, useState } from 'react';
import type { SampleCall } from '../../../src/protocols/rpc/samples/sample.ts';
import { callForRecord, type ExplorerCatalog, type ExplorerOperation, type ExplorerProduct } from '../../base/api.ts';
import { commonWords } from '../../base/common-words.ts';
import { useWords } from '../../base/language.tsx';
import { hrefOf } from '../../base/route.tsx';
import { problemsOf, valuesRead } from './check.ts';
import { DocumentView } from './document-view.tsx';
import { Field } from './field.tsx';
import { type Outcome, ResultView } from './result-view.tsx';
import { SamplesView } from './samples-view.tsx';
import type { Schema } from './schema.ts';
import { filled, type Values } from './values.ts';
import { explorerWords } from './words.ts';

interface WorkbenchProps {
  readonly product: ExplorerProduct;
  readonly operation: ExplorerOperation;
  readonly errors: ExplorerCatalog['errors'];
  /** What the link that led here has filled in. */
  readonly initially: Values;
}

type Format = 'JSON' | 'XML';

export function Workbench({ product, operation, errors, initially }: WorkbenchProps) {
  const text = useWords(explorerWords);
  const [values, setValues] = useState(initially);
  const [format, setFormat] = useState<Format>('JSON');
  const [tab, setTab] = useState('document');
  const { outcome, isCalling, call } = useCall({ product, operation, values, format });
  // Complaints come with the first try, and go with what mends them.
  const [wasTried, setTried] = useState(false);
  const request = operation.request as unknown as Schema;
  const problems = useMemo(() => problemsOf(request, values), [request, values]);
  const submit = (): void => {
    setTried(true);
    if (problems.size > 0) return;
    setTab('result');
    void call();
  };
  return (
    <>
      <section aria-label={text.parameters} className="pane form-pane">
        <Typography.Title level={2}>{operation.name}</Typography.Title>
        <p>{operation.summary}</p>
        <Form layout="vertical" onFinish={submit} className="parameters">
          <Tools {...{ product, operation, values, setValues }} />
          {Object.keys(request.properties ?? {}).length === 0 && <p>{text.noParameters}</p>}
          {Object.entries(request.properties ?? {}).map(([name, schema]) => (
            <Field
              key={name}
              schema={schema}
              path={name}
              isRequired={request.required?.includes(name) ?? false}
              values={values}
              change={setValues}
              problem={wasTried ? problems.get(name) : undefined}
            />
          ))}
          <Flex gap="small" align="center" wrap>
            <Segmented<Format> options={['JSON', 'XML']} value={format} onChange={setFormat} aria-label={text.format} />
            <Button type="primary" htmlType="submit" loading={isCalling}>
              {text.call}
            </Button>
          </Flex>
          <p>{text.real}</p>
        </Form>
      </section>
      <section className="pane side-pane">
        <Tabs
          activeKey={tab}
          onChange={setTab}
          items={[
            {
              key: 'result',
              label: text.result,
              children: <ResultView outcome={outcome} action={operation.name} />,
            },
            {
              key: 'samples',
              label: text.samples,
              children: <SamplesView call={sampleCall({ product, operation, values })} />,
            },
            { key: 'document', label: text.document, children: <DocumentView {...{ operation, errors }} /> },
          ]}
        />
      </section>
    </>
  );
}

interface Asking {
  readonly product: ExplorerProduct;
  readonly operation: ExplorerOperation;
  readonly values: Values;
}

function useCall({ product, operation, values, format }: Asking & { readonly format: Format }) {
  const text = useWords(explorerWords);
  const say = useWords(commonWords);
  const { modal } = App.useApp();
  const [outcome, setOutcome] = useState<Outcome>();
  const [isCalling, setCalling] = useState(false);
  const { name, accessLevel } = operation;
  const call = async (): Promise<void> => {
    if (accessLevel === 'delete' || accessLevel === 'update') {
      const isMeant = await modal.confirm({
        title: text.askFirst(name),
        content: text.askFirstText,
        okText: text.callAnyway,
        okButtonProps: { danger: true },
        cancelText: say.cancel,
      });
      if (!isMeant) return;
    }
    setCalling(true);
    try {
      const record = await callForRecord({
        version: product.version,
        action: name,
        parameters: filled(values),
        format,
      });
      setOutcome({ record });
    } catch (error) {
      setOutcome({ error });
    } finally {
      setCalling(false);
    }
  };
  return { outcome, isCalling, call };
}

interface ToolsProps extends Asking {
  readonly setValues: (values: Values) => void;
}

function Tools({ product, operation, values, setValues }: ToolsProps) {
  const text = useWords(explorerWords);
  const { message } = App.useApp();
  const say = useWords(commonWords);
  // Only when it is asked for: what is typed may be a pass phrase, and addresses are kept in histories.
  const copyLink = (): void => {
    const link = location.origin + hrefOf(`explorer/${product.code}/${operation.name}`, filled(values));
    navigator.clipboard.writeText(link).then(
      () => message.success(say.copied),
      () => message.error(say.failed),
    );
  };
  return (
    <Flex gap="small" wrap className="tools">
      <Button size="small" onClick={() => setValues(Object.fromEntries(operation.example.parameters))}>
        {text.fillExample}
      </Button>
      <Button size="small" onClick={() => setValues({})}>
        {text.clear}
      </Button>
      <Tooltip title={text.linkHelp}>
        <Button size="small" onClick={copyLink}>
          {text.copyLink}
        </Button>
      </Tooltip>
    </Flex>
  );
}

function sampleCall({ product, operation, values }: Asking): SampleCall {
  const read = valuesRead(operation.request as Schema, values);
  return {
    version: product.version,
    action: operation.name,
    commandName: operation.commandName,
    command: product.code.toLowerCase(),
    parameters: Object.entries(filled(values)),
    ...(read && { values: read }),
    scheme: location.protocol === 'https:' ? 'https' : 'http',
    host: location.host,
  };
}
