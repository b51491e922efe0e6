// All CAs: roots, and below each what it signed.

import { PlusOutlined } from '@ant-design/icons';
import { Button, Flex, Typography } from 'antd';
import { useLanguage, useWords } from '../../base/language.tsx';
import { Show, useLoaded } from '../../base/loaded.tsx';
import { PlainTable } from '../../base/plain-table.tsx';
import { go, hrefOf, Link } from '../../base/route.tsx';
import { commonNameIn } from '../../base/subject-name.ts';
import { numberText, TimeText } from '../../base/time-text.tsx';
import { type AuthorityList, asTree, listAuthorities } from './authority-data.ts';
import { StateText } from './state-text.tsx';
import { authoritiesWords } from './words.ts';

export function Tree() {
  const say = useWords(authoritiesWords);
  const [list, retry] = useLoaded(listAuthorities);
  return (
    <>
      <Flex align="center" gap="small" wrap className="gap-below">
        <Typography.Title level={1} className="page-title">
          {say.heading}
        </Typography.Title>
        <div className="spacer" />
        <Button type="primary" icon={<PlusOutlined />} onClick={() => go(hrefOf('authorities/new'))}>
          {say.create}
        </Button>
      </Flex>
      <section className="panel" aria-label={say.heading}>
        <Show loaded={list} retry={retry}>
          {(value) => <Listed list={value} />}
        </Show>
      </section>
    </>
  );
}

function Listed({ list: { authorities, total } }: { readonly list: AuthorityList }) {
  const say = useWords(authoritiesWords);
  const language = useLanguage();
  if (authorities.length === 0) {
    return (
      <>
        <p>{say.none}</p>
        <Button type="primary" onClick={() => go(hrefOf('authorities/new'))}>
          {say.createFirst}
        </Button>
      </>
    );
  }
  const rows = asTree(authorities);
  return (
    <>
      <PlainTable
        name={say.heading}
        head={[say.name, say.kind, say.state, say.key, say.ends]}
        keys={rows.map(({ authority }) => authority.Identifier)}
        rows={rows.map(({ authority, depth }) => [
          <span key="name" className={depth === 0 ? undefined : 'below'}>
            {depth > 0 && <span aria-hidden="true">└ </span>}
            <Link href={hrefOf(`authorities/${authority.Identifier}`)}>{commonNameIn(authority.SubjectDN)}</Link>{' '}
            <span className="quiet">{authority.Alias}</span>
          </span>,
          authority.ParentIdentifier === '' ? say.root : say.subordinate,
          <StateText key="state" isRevoked={authority.Status === 'REVOKE'} notAfter={authority.AfterDate} />,
          `${authority.Algorithm} ${authority.KeySize}`,
          <TimeText key="ends" at={authority.AfterDate} as="both" />,
        ])}
      />
      {total > authorities.length && (
        <p>
          {say.onlyNewest(numberText(authorities.length, language), numberText(total, language))}{' '}
          <Link href={hrefOf('certificates', { kind: 'ca' })}>{say.searchThem}</Link>
        </p>
      )}
    </>
  );
}
