// The operations there are, by product and by what they do, and a search among them.

import { Empty, Input, Typography } from 'antd';
import { useState } from 'react';
import type { ExplorerCatalog, ExplorerOperation, ExplorerProduct } from '../../base/api.ts';
import { useWords } from '../../base/language.tsx';
import { hrefOf, Link } from '../../base/route.tsx';
import { explorerWords } from './words.ts';

const groups = ['get', 'list', 'create', 'update', 'delete'] as const;

interface ListProps {
  readonly catalog: ExplorerCatalog;
  readonly current: ExplorerOperation | undefined;
}

export function OperationList({ catalog, current }: ListProps) {
  const text = useWords(explorerWords);
  const [search, setSearch] = useState('');
  const found = catalog.products.map((product) => ({ ...product, operations: matching(product, search) }));
  const count = found.reduce((sum, { operations }) => sum + operations.length, 0);
  return (
    <nav aria-label={text.operations} className="operations">
      <Input.Search
        value={search}
        onChange={({ target }) => setSearch(target.value)}
        aria-label={text.search}
        placeholder={text.search}
        allowClear
      />
      <div role="status" className="found">
        {text.found(count)}
      </div>
      {count === 0 && <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={false} />}
      {found.map(
        (product) => product.operations.length > 0 && <Product key={product.code} {...{ product, current }} />,
      )}
    </nav>
  );
}

/** A product with those of its operations that are searched for. */
interface FoundProduct extends Omit<ExplorerProduct, 'operations'> {
  readonly operations: readonly ExplorerOperation[];
}

function Product({ product, current }: { readonly product: FoundProduct; readonly current: ListProps['current'] }) {
  const text = useWords(explorerWords);
  return (
    <section>
      <Typography.Title level={2} className="product">
        {product.title} <Typography.Text type="secondary">{product.version}</Typography.Text>
      </Typography.Title>
      {groups.map((group) => {
        const operations = product.operations.filter(({ accessLevel }) => accessLevel === group);
        return (
          operations.length > 0 && (
            <div key={group}>
              <Typography.Title level={3} className="group">
                {text[group]}
              </Typography.Title>
              <ul>
                {operations.map((operation) => (
                  <li key={operation.name}>
                    <Link
                      href={hrefOf(`explorer/${product.code}/${operation.name}`)}
                      title={operation.summary}
                      {...(operation === current && { 'aria-current': 'page' })}
                    >
                      {operation.name}
                    </Link>
                  </li>
                ))}
              </ul>
            </div>
          )
        );
      })}
    </section>
  );
}

/** Each word somewhere in name or summary. */
function matching({ operations }: ExplorerProduct, search: string): readonly ExplorerOperation[] {
  const wanted = search.toLowerCase().split(/\s+/).filter(Boolean);
  return operations.filter(({ name, summary }) => {
    const text = `${name} ${summary}`.toLowerCase();
    return wanted.every((word) => text.includes(word));
  });
}
