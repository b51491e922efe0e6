// The API Explorer: the operations there are.

import { List, Typography } from 'antd';
import { loadCatalog } from '../../base/api.ts';
import { useLanguage } from '../../base/language.tsx';
import { Show, useLoaded } from '../../base/loaded.tsx';
import type { PageProps } from '../page-entry.ts';
import { entry } from './entry.tsx';

export function Page(_props: PageProps) {
  const { title } = entry.title[useLanguage()];
  const [catalog, retry] = useLoaded(loadCatalog);
  return (
    <>
      <Typography.Title level={1}>{title}</Typography.Title>
      <Show loaded={catalog} retry={retry}>
        {({ products }) => (
          <List
            dataSource={products.flatMap(({ operations }) => operations)}
            renderItem={({ name, summary }) => (
              <List.Item>
                <List.Item.Meta title={name} description={summary} />
              </List.Item>
            )}
          />
        )}
      </Show>
    </>
  );
}
