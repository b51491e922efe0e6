// A certificate, or a request for one, decoded for people.

import { Typography } from 'antd';
import type { ReactNode } from 'react';
import type { decodeRequest, ShownCertificate } from './cert-decode.ts';
import './cert-view.css';
import { useWords, words } from './language.tsx';

export function CertificateView({ certificate }: { readonly certificate: ShownCertificate }) {
  const text = useWords(certificateWords);
  const { serialNumber, issuer, notBefore, notAfter, keyAlgorithm, signatureAlgorithm, sha256, sha1 } = certificate;
  return (
    <>
      <Facts>
        <Fact name={text.subject}>{certificate.subject || text.none}</Fact>
        <Fact name={text.issuer}>{issuer}</Fact>
        <Fact name={text.serialNumber} isCode>
          {serialNumber}
        </Fact>
        <Fact name={text.notBefore}>{momentText(notBefore)}</Fact>
        <Fact name={text.notAfter}>{momentText(notAfter)}</Fact>
        <Fact name={text.names}>
          <Names names={certificate.alternativeNames} />
        </Fact>
        <Fact name={text.key}>{keyName(keyAlgorithm) || text.otherKey}</Fact>
        <Fact name={text.signature}>{signatureAlgorithm}</Fact>
        <Fact name="SHA-256" isCode>
          {sha256}
        </Fact>
        <Fact name="SHA-1" isCode>
          {sha1}
        </Fact>
      </Facts>
      <Extensions extensions={certificate.extensions} />
    </>
  );
}

export function RequestView({ request }: { readonly request: ReturnType<typeof decodeRequest> }) {
  const text = useWords(certificateWords);
  return (
    <>
      <Facts>
        <Fact name={text.subject}>{request.subject || text.none}</Fact>
        <Fact name={text.names}>
          <Names names={request.alternativeNames} />
        </Fact>
        <Fact name={text.key}>{keyName(request.keyAlgorithm) || text.otherKey}</Fact>
      </Facts>
      {request.extensions.length > 0 && <Extensions extensions={request.extensions} />}
    </>
  );
}

/** Names and values, one below the other where there is little room. */
export function Facts({ children }: { readonly children: ReactNode }) {
  return <dl className="facts">{children}</dl>;
}

interface FactProps {
  readonly name: string;
  readonly isCode?: boolean;
  readonly children: ReactNode;
}

export function Fact({ name, isCode = false, children }: FactProps) {
  return (
    <div>
      <dt>{name}</dt>
      <dd className={isCode ? 'code-value' : undefined}>{children}</dd>
    </div>
  );
}

function Names({ names }: { readonly names: ShownCertificate['alternativeNames'] }) {
  const text = useWords(certificateWords);
  if (names.length === 0) return text.none;
  return (
    <ul className="plain-list">
      {names.map(({ type, value }) => (
        <li key={`${type} ${value}`}>
          {value} <span className="fact-note">{type}</span>
        </li>
      ))}
    </ul>
  );
}

function Extensions({ extensions }: Pick<ShownCertificate, 'extensions'>) {
  const text = useWords(certificateWords);
  return (
    <>
      <Typography.Title level={3} className="facts-title">
        {text.extensions}
      </Typography.Title>
      <Facts>
        {extensions.map(({ name, id, critical, values }) => (
          <Fact key={id} name={critical ? `${name} (${text.critical})` : name}>
            <ul className="plain-list">
              {values.map((value) => (
                <li key={value}>{value}</li>
              ))}
            </ul>
          </Fact>
        ))}
      </Facts>
    </>
  );
}

/** `EC P-256` for `ECC_256`, and so on. */
export function keyName(algorithm: string): string {
  return keyNames[algorithm] ?? algorithm;
}

/** `ECC_512` is the API's name for P-521. */
const keyNames: Readonly<Record<string, string>> = {
  ECC_256: 'EC P-256',
  ECC_384: 'EC P-384',
  ECC_512: 'EC P-521',
  RSA_1024: 'RSA 1024',
  RSA_2048: 'RSA 2048',
  RSA_3072: 'RSA 3072',
  RSA_4096: 'RSA 4096',
  SM2_256: 'SM2',
};

/** @param seconds since 1970. @returns `2026-11-25 03:26:19 UTC` */
export function momentText(seconds: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

const certificateWords = words({
  en: {
    critical: 'critical',
    extensions: 'Extensions',
    issuer: 'Issuer',
    key: 'Key',
    names: 'Alternative names',
    none: 'none',
    notAfter: 'Valid until',
    notBefore: 'Valid from',
    otherKey: 'of a kind that is not certified here',
    serialNumber: 'Serial number',
    signature: 'Signature',
    subject: 'Subject',
  },
  zh: {
    critical: '关键',
    extensions: '扩展',
    issuer: '颁发者',
    key: '密钥',
    names: '主题备用名称',
    none: '无',
    notAfter: '有效期至',
    notBefore: '生效时间',
    otherKey: '此处不签发的密钥类型',
    serialNumber: '序列号',
    signature: '签名算法',
    subject: '主题',
  },
});
