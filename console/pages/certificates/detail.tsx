// One certificate: how it stands, what it says, its tags, its chain, what became of it, and its files.

import { Alert, Card, Flex, Typography } from 'antd';
import { useCallback } from 'react';
import { callOperation } from '../../base/api.ts';
import { decodeChain, type ShownCertificate, splitPem } from '../../base/cert-decode.ts';
import { CertificateView, Fact, Facts } from '../../base/cert-view.tsx';
import { useWords } from '../../base/language.tsx';
import { Show, useLoaded } from '../../base/loaded.tsx';
import { hrefOf, Link } from '../../base/route.tsx';
import { TimeText } from '../../base/time-text.tsx';
import { type CertificateRow, findCertificates, isAuthority, listAuthorities, nameOf } from './certificate-data.ts';
import { Downloads } from './downloads.tsx';
import { History } from './history.tsx';
import { useReasonText } from './reasons.ts';
import { RevokeButtons } from './revoke-one.tsx';
import { StatusMark } from './status-mark.tsx';
import { TagsEditor } from './tags-editor.tsx';
import { certificatesWords } from './words.ts';

/** @param name identifier or serial number. */
// biome-ignore lint/style/noDefaultExport: what React loads lazily
export default function Detail({ name }: { readonly name: string }) {
  const text = useWords(certificatesWords);
  const [found, reload] = useLoaded(useCallback(() => findCertificates(name), [name]));
  return (
    <>
      <Link href={hrefOf('certificates')}>{text.allCertificates}</Link>
      <Show loaded={found} retry={reload}>
        {(rows) => {
          const [row, second] = rows;
          if (!row) return <Missing />;
          if (second) return <Choose rows={rows} />;
          return <Certificate key={row.Identifier} row={row} reload={reload} />;
        }}
      </Show>
    </>
  );
}

function Missing() {
  const text = useWords(certificatesWords);
  return (
    <>
      <Typography.Title level={1} className="certificates-title">
        {text.heading}
      </Typography.Title>
      <Alert type="warning" showIcon title={text.notFound} />
    </>
  );
}

function Choose({ rows }: { readonly rows: readonly CertificateRow[] }) {
  const text = useWords(certificatesWords);
  return (
    <>
      <Typography.Title level={1} className="certificates-title">
        {text.several}
      </Typography.Title>
      <ul>
        {rows.map((row) => (
          <li key={row.Identifier}>
            <Link href={hrefOf(`certificates/${row.Identifier}`)}>{nameOf(row)}</Link> <StatusMark standing={row} />
          </li>
        ))}
      </ul>
    </>
  );
}

interface CertificateProps {
  readonly row: CertificateRow;
  /** After something was changed. */
  readonly reload: () => void;
}

function Certificate({ row, reload }: CertificateProps) {
  const text = useWords(certificatesWords);
  const [chain, retry] = useLoaded(useCallback(() => loadChain(row), [row]));
  return (
    <div className="certificate-detail">
      <Flex align="center" gap="small" wrap className="certificates-head">
        <Typography.Title level={1} className="certificates-title">
          {nameOf(row)}
        </Typography.Title>
        {!isAuthority(row) && <RevokeButtons row={row} done={reload} />}
      </Flex>
      <div className="detail-columns">
        <div>
          <Card title={<h2>{text.status}</h2>} size="small">
            <Standing row={row} />
          </Card>
          <Card title={<h2>{text.decoded}</h2>} size="small">
            <Show loaded={chain} retry={retry}>
              {([first]) => first && <CertificateView certificate={first.shown} />}
            </Show>
          </Card>
        </div>
        <div>
          <Card title={<h2>{text.downloads}</h2>} size="small">
            <Show loaded={chain} retry={retry}>
              {(links) => <Downloads row={row} chain={links.map(({ pem }) => pem)} />}
            </Show>
          </Card>
          <Card title={<h2>{text.tags}</h2>} size="small">
            <TagsEditor row={row} done={reload} />
          </Card>
          <Card title={<h2>{text.chain}</h2>} size="small">
            <Show loaded={chain} retry={retry}>
              {(links) => <Chain links={links} issuer={isAuthority(row) ? row.Identifier : row.Issuer} />}
            </Show>
          </Card>
          <Card title={<h2>{text.history}</h2>} size="small">
            <History row={row} />
          </Card>
        </div>
      </div>
    </div>
  );
}

function Standing({ row }: { readonly row: CertificateRow }) {
  const text = useWords(certificatesWords);
  const reasonText = useReasonText();
  return (
    <Facts>
      <Fact name={text.status}>
        <StatusMark standing={row} />
      </Fact>
      {row.Status === 'revoked' && (
        <Fact name={text.revokedAt}>
          <TimeText at={row.RevokeTime * 1000} as="both" />
        </Fact>
      )}
      {row.OwnRevocation && (
        <Fact name={text.reason}>
          {reasonText(row.Reason)} <span className="fact-note">{row.Reason}</span>
        </Fact>
      )}
      <Fact name={text.validUntil}>
        <TimeText at={row.NotAfter * 1000} as="both" />
      </Fact>
      <Fact name={text.kind}>{text[row.Kind]}</Fact>
      <Fact name={text.identifier} isCode>
        {row.Identifier}
      </Fact>
      {row.AliasName !== '' && <Fact name={text.aliasName}>{row.AliasName}</Fact>}
      {row.CustomIdentifier !== '' && <Fact name={text.ownIdentifier}>{row.CustomIdentifier}</Fact>}
      {row.ResourceGroupId !== '' && <Fact name={text.resourceGroup}>{row.ResourceGroupId}</Fact>}
      {!isAuthority(row) && <Fact name={text.privateKey}>{row.KeyHeld ? text.keyHeld : text.keyNotHeld}</Fact>}
    </Facts>
  );
}

interface ChainLink {
  readonly pem: string;
  readonly shown: ShownCertificate;
  /** Absent where it is not known, and for the certificate itself. */
  readonly identifier: string | undefined;
}

/** The certificate first, its root last; nothing while it is not signed. */
async function loadChain(row: CertificateRow): Promise<readonly ChainLink[]> {
  const pem = await chainPem(row);
  const [own, ...above] = decodeChain(pem);
  if (!own) return [];
  // Whoever may not list CAs has the chain without links to them.
  const authorities = above.length > 0 ? await listAuthorities().catch(() => []) : [];
  const named = new Map(authorities.map((each) => [each.SerialNumber, each.Identifier]));
  const texts = splitPem(pem);
  return [own, ...above].map((shown, index) => ({
    pem: texts[index] ?? '',
    shown,
    identifier: index === 0 ? undefined : index === 1 ? row.Issuer : named.get(shown.serialNumber),
  }));
}

async function chainPem(row: CertificateRow): Promise<string> {
  const parameters = { Identifier: row.Identifier };
  if (isAuthority(row)) {
    const { Certificate: ca } = await callOperation<{ Certificate: { CaCertChain: string } }>(
      'DescribeCACertificate',
      parameters,
    );
    return ca.CaCertChain;
  }
  const { Certificate: described } = await callOperation<{ Certificate: { CertChain: string } }>(
    'DescribeClientCertificate',
    parameters,
  );
  return described.CertChain;
}

interface ChainProps {
  readonly links: readonly ChainLink[];
  /** The CA itself, or the one that issued the certificate. */
  readonly issuer: string;
}

function Chain({ links, issuer }: ChainProps) {
  const text = useWords(certificatesWords);
  return (
    <>
      <p className="quiet">{text.chainHelp}</p>
      <ol className="chain">
        {links.map(({ shown, identifier }) => {
          const name = shown.commonName || shown.subject || shown.serialNumber;
          return (
            <li key={shown.serialNumber}>
              {identifier ? <Link href={hrefOf(`certificates/${identifier}`)}>{name}</Link> : name}
              <div className="under-name">{shown.subject}</div>
            </li>
          );
        })}
      </ol>
      <Link href={hrefOf('certificates', { issuer })}>{text.siblings}</Link>
    </>
  );
}
