// A certificate just issued: its files, and its key where that was made in this browser.

import { DownloadOutlined } from '@ant-design/icons';
import { Alert, Button, Card, Flex, Form, Input } from 'antd';
import { useId, useState } from 'react';
import { encodePem } from '../../../../src/pki/pem.ts';
import { decodeCertificate, derOf, splitPem } from '../../../base/cert-decode.ts';
import { CertificateView } from '../../../base/cert-view.tsx';
import { useConfirm } from '../../../base/confirm.tsx';
import { download } from '../../../base/download.ts';
import { useWords } from '../../../base/language.tsx';
import { go, hrefOf, mayLeave, useAskBeforeLeaving } from '../../../base/route.tsx';
import { fileName, pemFile } from '../files.ts';
import { encryptPkcs8 } from '../pbes2.ts';
import { issueWords } from './issue-words.ts';

export interface IssuedCertificate {
  readonly identifier: string;
  readonly serialNumber: string;
  readonly pem: string;
  /** PEM: the certificate, and those above it. */
  readonly chain: string;
  /** PrivateKeyInfo, DER, where the key was made here. */
  readonly pkcs8?: Uint8Array;
}

interface IssuedProps {
  readonly certificate: IssuedCertificate;
  readonly again: () => void;
}

export function Issued({ certificate, again }: IssuedProps) {
  const say = useWords(issueWords);
  const { identifier, pem, chain, pkcs8 } = certificate;
  const confirm = useConfirm();
  const [isSaved, setSaved] = useState(pkcs8 === undefined);
  useAskBeforeLeaving(!isSaved, () => confirm({ title: say.askLeave, content: say.keyIsHere, action: say.leave }));
  const shown = decodeCertificate(pem);
  const name = shown.commonName || shown.serialNumber;
  const file = fileName(name);
  return (
    <div className="issue-form" aria-live="polite">
      {pkcs8 && <KeyFiles {...{ certificate, pkcs8, name, isSaved }} onSaved={() => setSaved(true)} />}
      <Card size="small">
        <Flex gap="small" wrap>
          <Button icon={<DownloadOutlined />} onClick={() => download(`${file}.pem`, pemFile(pem))}>
            {say.saveCertificate}
          </Button>
          <Button icon={<DownloadOutlined />} onClick={() => download(`${file}-chain.pem`, pemFile(chain))}>
            {say.saveChain}
          </Button>
          <Button onClick={() => go(hrefOf(`certificates/${identifier}`))}>{say.open}</Button>
          <Button onClick={() => void mayLeave().then((may) => may && again())}>{say.another}</Button>
        </Flex>
      </Card>
      <Card size="small">
        <CertificateView certificate={shown} />
      </Card>
    </div>
  );
}

interface KeyFilesProps {
  readonly certificate: IssuedCertificate;
  readonly pkcs8: Uint8Array;
  readonly name: string;
  readonly isSaved: boolean;
  readonly onSaved: () => void;
}

function KeyFiles({ certificate, pkcs8, name, isSaved, onSaved }: KeyFilesProps) {
  const say = useWords(issueWords);
  const id = useId();
  const [passphrase, setPassphrase] = useState('');
  const [isBusy, setBusy] = useState(false);
  const [hasFailed, setFailed] = useState(false);
  const make = async (how: () => Promise<void>): Promise<void> => {
    setBusy(true);
    setFailed(false);
    try {
      await how();
      onSaved();
    } catch {
      setFailed(true);
    } finally {
      setBusy(false);
    }
  };
  const savePem = () =>
    make(async () => {
      const pem =
        passphrase === ''
          ? encodePem('PRIVATE KEY', pkcs8)
          : encodePem('ENCRYPTED PRIVATE KEY', await encryptPkcs8(pkcs8, passphrase));
      download(`${fileName(name)}-key.pem`, pemFile(pem));
    });
  const savePkcs12 = () =>
    make(async () => {
      const { encodePkcs12 } = await import('../pkcs12.ts');
      const octets = await encodePkcs12({
        encryptedKey: await encryptPkcs8(pkcs8, passphrase),
        certificates: splitPem(certificate.chain).map(derOf),
        name,
        passphrase,
      });
      download(`${fileName(name)}.p12`, new Blob([new Uint8Array(octets)], { type: 'application/x-pkcs12' }));
    });
  return (
    <Card size="small">
      <Alert type={isSaved ? 'success' : 'warning'} showIcon title={isSaved ? say.keySaved : say.keyIsHere} />
      <Form layout="vertical" className="key-files">
        <Form.Item label={say.passphrase} htmlFor={id} extra={say.passphraseHelp}>
          <Input.Password
            id={id}
            value={passphrase}
            maxLength={256}
            autoComplete="new-password"
            onChange={({ target }) => setPassphrase(target.value)}
          />
        </Form.Item>
        <Flex gap="small" wrap>
          <Button
            type="primary"
            icon={<DownloadOutlined />}
            disabled={passphrase === ''}
            loading={isBusy}
            onClick={() => void savePkcs12()}
          >
            {say.savePkcs12}
          </Button>
          <Button icon={<DownloadOutlined />} disabled={isBusy} onClick={() => void savePem()}>
            {say.saveKey}
          </Button>
        </Flex>
      </Form>
      {hasFailed && <Alert type="error" showIcon role="alert" title={say.failed} />}
    </Card>
  );
}
