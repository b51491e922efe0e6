// The files of a certificate: PEM, DER, and PKCS #12 where the service holds its key.

import { DownloadOutlined } from '@ant-design/icons';
import { Button, Flex, Form, Input, Modal } from 'antd';
import { useId, useState } from 'react';
import { callOperation } from '../../base/api.ts';
import { derOf } from '../../base/cert-decode.ts';
import { commonWords } from '../../base/common-words.ts';
import { download } from '../../base/download.ts';
import { useWords } from '../../base/language.tsx';
import { Refusal } from '../../base/loaded.tsx';
import { type CertificateRow, isAuthority, nameOf } from './certificate-data.ts';
import { fileName, pemFile } from './files.ts';
import { certificatesWords } from './words.ts';

interface DownloadsProps {
  readonly row: CertificateRow;
  /** PEM, the certificate first. */
  readonly chain: readonly string[];
}

export function Downloads({ row, chain }: DownloadsProps) {
  const text = useWords(certificatesWords);
  const [isAsking, setAsking] = useState(false);
  const [own = ''] = chain;
  const name = fileName(nameOf(row));
  const der = () => new Blob([new Uint8Array(derOf(own))], { type: 'application/pkix-cert' });
  return (
    <Flex gap="small" wrap>
      <Button icon={<DownloadOutlined />} onClick={() => download(`${name}.pem`, pemFile(own))}>
        {text.pem}
      </Button>
      <Button icon={<DownloadOutlined />} onClick={() => download(`${name}-chain.pem`, pemFile(chain.join('')))}>
        {text.chainPem}
      </Button>
      <Button icon={<DownloadOutlined />} onClick={() => download(`${name}.cer`, der())}>
        {text.der}
      </Button>
      {/* Keys of CAs are given to nobody. */}
      {row.KeyHeld && !isAuthority(row) && (
        <>
          <Button icon={<DownloadOutlined />} onClick={() => setAsking(true)}>
            {text.pkcs12}
          </Button>
          <Pkcs12Dialog row={row} chain={chain} isOpen={isAsking} close={() => setAsking(false)} />
        </>
      )}
    </Flex>
  );
}

interface DialogProps extends DownloadsProps {
  readonly isOpen: boolean;
  readonly close: () => void;
}

function Pkcs12Dialog({ row, chain, isOpen, close }: DialogProps) {
  const text = useWords(certificatesWords);
  const say = useWords(commonWords);
  const id = useId();
  const [passphrase, setPassphrase] = useState('');
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>();
  // As the service asks for it (DescribeCertificatePrivateKey, EncryptedCode).
  const isFit = /^[A-Za-z0-9,.+\-_#!@]{1,32}$/.test(passphrase);
  const make = async (): Promise<void> => {
    setBusy(true);
    setProblem(undefined);
    try {
      const { EncryptedData } = await callOperation<{ EncryptedData: string }>('DescribeCertificatePrivateKey', {
        Identifier: row.Identifier,
        EncryptedCode: passphrase,
      });
      const { encodePkcs12 } = await import('./pkcs12.ts');
      const file = await encodePkcs12({
        encryptedKey: derOf(EncryptedData),
        certificates: chain.map(derOf),
        name: nameOf(row),
        passphrase,
      });
      download(`${fileName(nameOf(row))}.p12`, new Blob([new Uint8Array(file)], { type: 'application/x-pkcs12' }));
      setPassphrase('');
      close();
    } catch (error) {
      setProblem(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal
      open={isOpen}
      title={text.pkcs12Title}
      okText={say.download}
      okButtonProps={{ disabled: !isFit || !isSecureContext }}
      cancelText={say.cancel}
      confirmLoading={isBusy}
      onOk={() => void make()}
      onCancel={close}
      destroyOnHidden
    >
      <p>{isSecureContext ? text.pkcs12Lead : text.needsSecure}</p>
      <Form layout="vertical">
        <Form.Item label={text.passphrase} htmlFor={id} extra={text.passphraseRule}>
          <Input.Password
            id={id}
            value={passphrase}
            maxLength={32}
            autoComplete="new-password"
            onChange={({ target }) => setPassphrase(target.value)}
          />
        </Form.Item>
      </Form>
      {problem !== undefined && <Refusal error={problem} />}
    </Modal>
  );
}
