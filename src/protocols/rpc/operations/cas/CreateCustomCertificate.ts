import { type Static, Type } from 'typebox';
import { type CustomWishes, customExtensions } from '../../../../pki/custom-profile.ts';
import { type GeneralName, generalNameTypes, parseGeneralName } from '../../../../pki/general-name.ts';
import type { KeyUsageFlags } from '../../../../pki/key-usages.ts';
import { encodePem } from '../../../../pki/pem.ts';
import { parseSerialNumber, type SerialNumber } from '../../../../pki/serial-number.ts';
import {
  alternativeNamesOf,
  keyOf,
  type ProvenRequest,
  subjectOf,
  usagesOf,
} from '../../../../registry/certification-request.ts';
import { issueEndEntity } from '../../../../registry/end-entities.ts';
import { invalid } from '../../errors.ts';
import { operation } from '../../operation.ts';
import { cas } from '../../product.ts';
import { answerText, integer, oneOf, text } from '../shapes.ts';
import { encodable, extendedKeyUsagesMember, passedSubject, passedUsages, subjectMembers } from './api-passthrough.ts';
import { csrExample, csrParameter, requestOf } from './csr-parameter.ts';
import { endEntityRefusals } from './end-entity-parameters.ts';
import { identifier, labelParameters, labelsOf, pemExample } from './shapes.ts';
import { parseValidity, validityText } from './validity-parameters.ts';

const bit = (description: string) => Type.Optional(Type.Boolean({ description, examples: [true] }));

const keyUsage = Type.Object({
  ContentCommitment: bit('Key usage contentCommitment, the newer name of nonRepudiation.'),
  DataEncipherment: bit('Key usage dataEncipherment; left out for ECC keys.'),
  DecipherOnly: bit('Key usage decipherOnly; only with KeyAgreement.'),
  DigitalSignature: bit('Key usage digitalSignature.'),
  EncipherOnly: bit('Key usage encipherOnly; only with KeyAgreement.'),
  KeyAgreement: bit('Key usage keyAgreement; left out for RSA keys.'),
  KeyEncipherment: bit('Key usage keyEncipherment; left out for ECC keys.'),
  NonRepudiation: bit('Key usage nonRepudiation, the same bit as ContentCommitment.'),
});

const passthrough = Type.Object({
  Extensions: Type.Optional(
    Type.Object({
      Criticals: Type.Optional(
        Type.Array(
          text(
            256,
            'Extension to mark critical, by its name in RFC 5280 or in ApiPassthrough, or its OID: KeyUsage (is always), ExtendedKeyUsages, SubjectAlternativeNames, CRLDistributionPoints. One that the certificate does not have is passed over.',
            'ExtendedKeyUsages',
          ),
          { maxItems: 20 },
        ),
      ),
      ExtendedKeyUsages: extendedKeyUsagesMember,
      KeyUsage: Type.Optional(keyUsage),
      SubjectAlternativeNames: Type.Optional(
        Type.Array(
          Type.Object({
            Type: oneOf(
              generalNameTypes,
              'Kind of the name. The vendor has rfc822Name, dNSName, uniformResourceIdentifier and iPAddress; the others are an extension.',
              'dNSName',
            ),
            Value: text(4096, 'The name; of the other kinds as in CreateClientCertificateWithCsr.', 'www.example.com'),
          }),
          { maxItems: 100 },
        ),
      ),
    }),
  ),
  SerialNumber: Type.Optional(
    Type.String({
      pattern: '^[1-9][0-9]{0,18}$',
      description:
        'Serial number of your own, decimal, from 1 to 9223372036854775807, once for each CA. Left out: drawn at random.',
      examples: ['16889526086333'],
      'x-rule': 'must be a decimal number from 1 to 9223372036854775807',
    }),
  ),
  Subject: Type.Optional(
    Type.Object({
      ...subjectMembers,
      CustomAttributes: Type.Optional(
        Type.Array(
          Type.Object({
            ObjectIdentifier: text(
              256,
              'OID of a further attribute of the subject: 2.5.4.5 serialNumber, 2.5.4.9 street, 2.5.4.12 title, …; of Matter 1.3.6.1.4.1.37244.1.1 node id, .1.5 fabric id, .2.1 vendor id, .2.2 product id.',
              '1.3.6.1.4.1.37244.2.1',
            ),
            Value: text(1024, 'Its value; Matter ids in upper-case hexadecimal of full length.', 'FFF1'),
          }),
          { maxItems: 40 },
        ),
      ),
    }),
  ),
});

export const CreateCustomCertificate = operation(cas, {
  name: 'CreateCustomCertificate',
  summary:
    "Issues a certificate whose subject, usages and names the caller chooses, for the key of the caller's request.",
  notes: [
    'The request is accepted only if it is signed with the private half of its own key, which may be of another family than that of the CA.',
    "ApiPassthrough.Subject replaces the request's subject entirely. Left out, the subject is the request's, byte for byte.",
    'KeyUsage, ExtendedKeyUsages and SubjectAlternativeNames each replace what the request asks for under that head. Where neither says anything of usages or extended usages, these are serverAuth and clientAuth, with digitalSignature and, for RSA keys, keyEncipherment.',
    'A key usage that the key is not fit for (RFC 8813 §3) is left out where another remains: the set that fits RSA can be sent with every key.',
    'What a request asks for of the rights of a CA, or of usages that its key is not fit for, is left out; OCSPSigning in a request is refused, for it lets its holder answer for the CA: ask for it in ApiPassthrough. Whatever is asked for, the certificate is no CA.',
    'Immediately 0, or left out: the answer carries the identifier only and the certificate is issued in the background; ListClientCertificate shows it, PENDING until it is issued. If it can no longer be issued by then (its CA was revoked, say), it disappears from the lists.',
    'A certificate may not outlive its CA. A duration that ends less than a day after it is cut to its end; an end that is given is never changed.',
  ],
  accessLevel: 'create',
  request: Type.Object({
    ParentIdentifier: identifier('Identifier of the subordinate CA that issues.'),
    ...csrParameter,
    Validity: validityText,
    ApiPassthrough: Type.Optional(passthrough),
    EnableCrl: Type.Optional(
      integer(0, 1, "1: write the addresses of the issuing CA's CRL and certificate into it. 0: do not.", 1),
    ),
    Immediately: Type.Optional(
      integer(
        0,
        2,
        '0: issue in the background. 1: issue before answering, with the certificate. 2: also with its chain.',
        1,
      ),
    ),
    ...labelParameters,
    customIdentifier: Type.Optional(
      text(128, 'A key of your own for this certificate, unique in the account. Here with a small c.', 'device-4711'),
    ),
  }),
  answer: Type.Object({
    Identifier: answerText('Identifier of the new certificate.', '160ae6bb538d538c70c01f81dcf20001'),
    SerialNumber: Type.Optional(
      answerText('Its serial number, lower-case hexadecimal; with Immediately 1 and 2.', '0f5c6633eabd'),
    ),
    Certificate: Type.Optional(answerText('The certificate, PEM; with Immediately 1 and 2.', pemExample)),
    CertificateChain: Type.Optional(
      answerText('The certificate and those above it, root last, PEM; with Immediately 2.', pemExample),
    ),
  }),
  refusals: [...endEntityRefusals, 'serial-number-taken', 'csr-refused'],
  example: {
    request: {
      ParentIdentifier: '271ae6bb538d538c70c01f81dd030001',
      Csr: csrExample,
      Validity: '1y',
      ApiPassthrough: {
        Subject: {
          CommonName: 'device-4711',
          CustomAttributes: [{ ObjectIdentifier: '1.3.6.1.4.1.37244.2.1', Value: 'FFF1' }],
        },
        Extensions: {
          KeyUsage: { DigitalSignature: true },
          ExtendedKeyUsages: ['clientAuth'],
          SubjectAlternativeNames: [{ Type: 'dNSName', Value: 'device-4711.example.com' }],
        },
        SerialNumber: '16889526086333',
      },
      Immediately: 1,
    },
    answer: {
      Identifier: '160ae6bb538d538c70c01f81dcf20001',
      SerialNumber: '0f5c6633eabd',
      Certificate: pemExample,
    },
  },
  handle: async (request, { account, actor }, services) => {
    const { Immediately = 0, ApiPassthrough = {}, customIdentifier } = request;
    const { Subject, Extensions = {}, SerialNumber } = ApiPassthrough;
    const csr = await requestOf(request, services);
    const subject = Subject ? { name: passedSubject(Subject) } : subjectOf(csr);
    const wishes = wishesOf(Extensions, csr);
    if (subject.name.length === 0 && wishes.subjectAlternativeNames.length === 0) {
      throw invalid('Csr', 'names nobody, and neither does ApiPassthrough');
    }
    const {
      identifier: made,
      serialNumber,
      der,
      chain,
    } = await issueEndEntity(
      {
        account,
        actor,
        kind: 'custom',
        parent: request.ParentIdentifier,
        key: keyOf(csr),
        subject,
        extensions: (facts) =>
          encodable(() => customExtensions({ ...facts, ...wishes, criticals: Extensions.Criticals ?? [] })),
        extendedKeyUsages: wishes.extendedKeyUsages,
        validity: parseValidity(request.Validity),
        labels: labelsOf({ ...request, ...(customIdentifier !== undefined && { CustomIdentifier: customIdentifier }) }),
        withCrlAddress: request.EnableCrl === 1,
        serialNumber: serialNumberOf(SerialNumber),
        inBackground: Immediately === 0,
      },
      services,
    );
    if (Immediately === 0 || !der) return { Identifier: made };
    return {
      Identifier: made,
      SerialNumber: serialNumber,
      Certificate: encodePem('CERTIFICATE', der),
      ...(Immediately === 2 && { CertificateChain: chain.map((each) => encodePem('CERTIFICATE', each)).join('') }),
    };
  },
});

type PassedExtensions = NonNullable<Static<typeof passthrough>['Extensions']>;

function wishesOf(
  { KeyUsage, ExtendedKeyUsages, SubjectAlternativeNames }: PassedExtensions,
  csr: ProvenRequest,
): Required<CustomWishes> {
  const requested: CustomWishes = KeyUsage && ExtendedKeyUsages ? {} : usagesOf(csr);
  const keyUsage = KeyUsage ? flagsOf(KeyUsage) : (requested.keyUsage ?? {});
  const extendedKeyUsages = ExtendedKeyUsages ? passedUsages(ExtendedKeyUsages) : (requested.extendedKeyUsages ?? []);
  const saysNothing = extendedKeyUsages.length === 0 && !Object.values(keyUsage).includes(true);
  return {
    keyUsage,
    extendedKeyUsages: saysNothing ? ['serverAuth', 'clientAuth'] : extendedKeyUsages,
    subjectAlternativeNames: SubjectAlternativeNames ? namesOf(SubjectAlternativeNames) : alternativeNamesOf(csr),
  };
}

function flagsOf(usage: Static<typeof keyUsage>): KeyUsageFlags {
  const { ContentCommitment = false, DataEncipherment = false, DecipherOnly = false, DigitalSignature = false } = usage;
  const { EncipherOnly = false, KeyAgreement = false, KeyEncipherment = false, NonRepudiation = false } = usage;
  return {
    contentCommitment: ContentCommitment,
    dataEncipherment: DataEncipherment,
    decipherOnly: DecipherOnly,
    digitalSignature: DigitalSignature,
    encipherOnly: EncipherOnly,
    keyAgreement: KeyAgreement,
    keyEncipherment: KeyEncipherment,
    nonRepudiation: NonRepudiation,
  };
}

function namesOf(names: NonNullable<PassedExtensions['SubjectAlternativeNames']>): readonly GeneralName[] {
  return names.map(({ Type: type, Value: value }, index) => {
    const name = parseGeneralName(type, value);
    if (!name) throw invalid('ApiPassthrough', `(SubjectAlternativeNames.${index + 1}) is no ${type}`);
    return name;
  });
}

/** The vendor's limit: what a signed number of 64 bits holds. */
function serialNumberOf(decimal: string | undefined): SerialNumber | undefined {
  if (decimal === undefined) return undefined;
  const number = BigInt(decimal);
  const serialNumber = number < 2n ** 63n ? parseSerialNumber(number.toString(16)) : undefined;
  if (serialNumber === undefined) {
    throw invalid('ApiPassthrough', '(ApiPassthrough.SerialNumber) must be at most 9223372036854775807');
  }
  return serialNumber;
}
