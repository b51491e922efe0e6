// One CA: how it stands, its CRL and OCSP, what its certificate says, its files, and its end.

import { DownloadOutlined, PlusOutlined } from '@ant-design/icons';
import { Alert, Button, Flex, Typography } from 'antd';
import { useCallback, useMemo } from 'react';
import { decodeCertificate } from '../../base/cert-decode.ts';
import { CertificateView } from '../../base/cert-view.tsx';
import { download } from '../../base/download.ts';
import { Facts } from '../../base/facts.tsx';
import { useLanguage, useWords } from '../../base/language.tsx';
import { Show, useLoaded } from '../../base/loaded.tsx';
import { go, hrefOf, Link } from '../../base/route.tsx';
import { commonNameIn } from '../../base/subject-name.ts';
import { numberText, TimeText } from '../../base/time-text.tsx';
import { type DescribedAuthority, describeAuthority } from './authority-data.ts';
import { Ending } from './ending.tsx';
import { PublicationView } from './publication-view.tsx';
import { StateText } from './state-text.tsx';
import { authoritiesWords } from './words.ts';

// biome-ignore lint/style/noDefaultExport: what React loads lazily
export default function Detail({ identifier }: { readonly identifier: string }) {
  const say = useWords(authoritiesWords);
  const [found, reload] = useLoaded(useCallback(() => describeAuthority(identifier), [identifier]));
  return (
    <>
      <Link href={hrefOf('authorities')}>{say.all}</Link>
      <Show loaded={found} retry={reload}>
        {(authority) => <Authority authority={authority} reload={reload} />}
      </Show>
    </>
  );
}

interface AuthorityProps {
  readonly authority: DescribedAuthority;
  readonly reload: () => void;
}

/** What the service says of a quota without limit. */
const withoutLimit = 2_147_483_647;

function Authority({ authority, reload }: AuthorityProps) {
  const say = useWords(authoritiesWords);
  const language = useLanguage();
  const { Identifier, ParentIdentifier, SubjectDN, Status, AfterDate, IssuerType, CertTotalCount } = authority;
  const isRoot = ParentIdentifier === '';
  const isHere = IssuerType === 'local';
  const isUsable = Status === 'ISSUE' && AfterDate > Date.now();
  return (
    <Flex vertical gap="middle">
      <Flex align="center" gap="small" wrap>
        <Typography.Title level={1} className="page-title wrap">
          {commonNameIn(SubjectDN)}
        </Typography.Title>
        <StateText isRevoked={Status === 'REVOKE'} notAfter={AfterDate} />
        <div className="spacer" />
        {isUsable && isRoot && (
          <Button icon={<PlusOutlined />} onClick={() => go(hrefOf('authorities/new', { parent: Identifier }))}>
            {say.createBelow}
          </Button>
        )}
        {isUsable && !isRoot && isHere && (
          <Button icon={<PlusOutlined />} onClick={() => go(hrefOf('certificates/issue', { issuer: Identifier }))}>
            {say.issueBelow}
          </Button>
        )}
      </Flex>
      <div className="authority">
        <section className="panel" aria-label={say.standing}>
          <Typography.Title level={2} className="panel-title">
            {say.standing}
          </Typography.Title>
          <Facts
            facts={[
              [say.kind, isRoot ? say.root : isHere ? say.subordinate : say.external],
              [say.identifier, <code key="identifier">{Identifier}</code>],
              [
                say.signedBy,
                !isRoot && (
                  <Link key="parent" href={hrefOf(`authorities/${ParentIdentifier}`)}>
                    {ParentIdentifier}
                  </Link>
                ),
              ],
              [say.key, authority.FullAlgorithm],
              [say.ends, <TimeText key="ends" at={AfterDate} as="both" />],
              [
                say.issued,
                <Link
                  key="issued"
                  href={hrefOf('certificates', isRoot ? { kind: 'ca', issuer: Identifier } : { issuer: Identifier })}
                >
                  {numberText(authority.CertIssuedCount, language)}
                </Link>,
              ],
              [say.mayIssue, CertTotalCount < withoutLimit && numberText(CertTotalCount, language)],
              [say.longest, authority.CertMaxTime > 0 && say.days(authority.CertMaxTime)],
            ]}
          />
          <p>
            <Link href={hrefOf(`certificates/${Identifier}`)}>{say.historyAndTags}</Link>
          </p>
          <Files authority={authority} />
        </section>
        <PublicationView authority={authority} />
      </div>
      <section className="panel" aria-label={say.certificate}>
        <Typography.Title level={2} className="panel-title">
          {say.certificate}
        </Typography.Title>
        <Certificate pem={authority.X509Certificate} />
      </section>
      <Ending authority={authority} onDone={reload} />
    </Flex>
  );
}

function Certificate({ pem }: { readonly pem: string }) {
  const say = useWords(authoritiesWords);
  const decoded = useMemo(() => {
    try {
      return decodeCertificate(pem);
    } catch {
      return undefined;
    }
  }, [pem]);
  if (!decoded) return <Alert type="warning" showIcon title={say.unreadable} />;
  return <CertificateView certificate={decoded} />;
}

function Files({ authority }: { readonly authority: DescribedAuthority }) {
  const say = useWords(authoritiesWords);
  const { SubjectDN, X509Certificate, CaCertChain, IssuerType, Identifier } = authority;
  const name =
    commonNameIn(SubjectDN)
      .replace(/[^\p{L}\p{N}]+/gu, '-')
      .slice(0, 60) || 'ca';
  const pem = (text: string) => new Blob([text], { type: 'application/x-pem-file' });
  return (
    <Flex gap="small" wrap>
      <Button icon={<DownloadOutlined />} onClick={() => download(`${name}.pem`, pem(X509Certificate))}>
        {say.pem}
      </Button>
      <Button icon={<DownloadOutlined />} onClick={() => download(`${name}-chain.pem`, pem(CaCertChain))}>
        {say.chain}
      </Button>
      {IssuerType === 'local' && (
        <Button icon={<DownloadOutlined />} href={`/crl/${Identifier}.crl`} download={`${name}.crl`}>
          {say.crlFile}
        </Button>
      )}
    </Flex>
  );
}
