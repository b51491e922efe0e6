import { Type } from 'typebox';
import { exportPrivateKey } from '../../../../registry/private-keys.ts';
import { operation } from '../../operation.ts';
import { cas } from '../../product.ts';
import { answerText, text } from '../shapes.ts';
import { identifier } from './shapes.ts';

export const DescribeCertificatePrivateKey = operation(cas, {
  name: 'DescribeCertificatePrivateKey',
  summary: 'Gives out the private key of a certificate, encrypted under a pass phrase.',
  notes: [
    'Only keys that were made here, by CreateClientCertificate and CreateServerCertificate, can be had; those of CAs never.',
    'The key is encrypted anew at each call: PKCS #8 with PBES2, AES-256-CBC, and PBKDF2 with 600,000 rounds of HMAC-SHA-256. `openssl pkey -passin` opens it.',
    'The pass phrase is kept nowhere. Send it in the body of a POST: what stands in a URL is written down by whatever the call passes on its way.',
    'Who called this, and when, is in the log.',
  ],
  accessLevel: 'get',
  isOnRecord: true,
  request: Type.Object({
    Identifier: identifier('Identifier of the client or server certificate.'),
    EncryptedCode: Type.String({
      pattern: '^[A-Za-z0-9,.+\\-_#!@]{1,32}$',
      description: 'The pass phrase: 1 to 32 letters, digits and , . + - _ # ! @',
      examples: ['!Demo@WS3ed'],
      'x-rule': 'must be 1 to 32 letters, digits and , . + - _ # ! @',
    }),
    ResourceGroupId: Type.Optional(
      text(64, 'Taken and not looked at: the identifier says which certificate is meant.', 'rg-aekzexample'),
    ),
  }),
  answer: Type.Object({
    EncryptedData: answerText(
      'The private key, PEM ENCRYPTED PRIVATE KEY.',
      '-----BEGIN ENCRYPTED PRIVATE KEY-----\n…\n-----END ENCRYPTED PRIVATE KEY-----\n',
    ),
  }),
  refusals: ['certificate-not-found', 'not-issued-yet', 'key-not-held'],
  example: {
    request: { Identifier: '160ae6bb538d538c70c01f81dcf20001', EncryptedCode: '!Demo@WS3ed' },
    answer: { EncryptedData: '-----BEGIN ENCRYPTED PRIVATE KEY-----\n…\n-----END ENCRYPTED PRIVATE KEY-----\n' },
  },
  handle: async ({ Identifier, EncryptedCode }, { account }, { store, signer }) => ({
    EncryptedData: await exportPrivateKey(
      { account, identifier: Identifier, passphrase: EncryptedCode },
      { store, signer },
    ),
  }),
});
