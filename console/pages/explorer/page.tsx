// The API Explorer: the operations, and the one that is chosen.

import { Alert, Empty, Typography } from 'antd';
import { type ExplorerCatalog, loadCatalog } from '../../base/api.ts';
import { useWords } from '../../base/language.tsx';
import { Show, useLoaded } from '../../base/loaded.tsx';
import { usePlace } from '../../base/route.tsx';
import type { PageProps } from '../page-entry.ts';
import './explorer.css';
import { OperationList } from './operation-list.tsx';
import { explorerWords } from './words.ts';
import { Workbench } from './workbench.tsx';

export function Page({ rest }: PageProps) {
  const text = useWords(explorerWords);
  const [catalog, retry] = useLoaded(loadCatalog);
  return (
    <>
      <Typography.Title level={1} className="page-title">
        {text.heading}
      </Typography.Title>
      <Show loaded={catalog} retry={retry}>
        {(loaded) => <Explorer catalog={loaded} rest={rest} />}
      </Show>
    </>
  );
}

function Explorer({ catalog, rest }: PageProps & { readonly catalog: ExplorerCatalog }) {
  const text = useWords(explorerWords);
  const { query } = usePlace();
  const [code, name] = rest;
  const product = catalog.products.find((each) => each.code.toLowerCase() === code?.toLowerCase());
  const operation = product?.operations.find((each) => each.name === name);
  return (
    <div className={operation ? 'explorer' : 'explorer without-operation'}>
      <OperationList catalog={catalog} current={operation} />
      {product && operation ? (
        <Workbench
          key={`${product.code} ${operation.name} ${query}`}
          initially={Object.fromEntries(query)}
          errors={catalog.errors}
          {...{ product, operation }}
        />
      ) : code === undefined ? (
        <Empty description={text.choose} />
      ) : (
        <Alert type="warning" showIcon title={text.noSuchOperation} />
      )}
    </div>
  );
}
