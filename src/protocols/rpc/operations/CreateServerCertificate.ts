import { isIP } from 'node:net';
import { Type } from 'typebox';
import { type GeneralName, parseGeneralName } from '../../../pki/general-name.ts';
import { issueEndEntity } from '../../../registry/end-entities.ts';
import { profileOf } from '../../../registry/profile.ts';
import { invalid } from '../errors.ts';
import { operation } from '../operation.ts';
import {
  endEntityAnswer,
  endEntityExampleAnswer,
  endEntityNotes,
  endEntityParameters,
  endEntityReply,
  endEntitySubject,
} from './end-entity-parameters.ts';
import { algorithm, labelsOf, subjectNames, text } from './shapes.ts';
import { validityOf } from './validity-parameters.ts';

export const CreateServerCertificate = operation({
  name: 'CreateServerCertificate',
  summary: 'Issues a server certificate with a key pair made here.',
  notes: [
    ...endEntityNotes,
    'CommonName is a host name or an IP address and becomes the first subject alternative name: clients look nowhere else.',
  ],
  accessLevel: 'create',
  request: Type.Object({
    ...endEntityParameters,
    CommonName: subjectNames.commonName('Subject CN: host name or IP address of the server.', 'www.example.com'),
    Algorithm: algorithm,
    Domain: Type.Optional(
      text(
        8192,
        'Further host names (also *.example.com) and IP addresses, separated by commas.',
        'example.com,192.0.2.1',
      ),
    ),
  }),
  answer: endEntityAnswer,
  refusals: [
    'authority-not-found',
    'not-a-subordinate',
    'authority-revoked',
    'algorithm-not-allowed',
    'algorithm-family-differs',
    'validity-refused',
    'beyond-issuer',
    'usage-not-allowed',
    'custom-identifier-taken',
    'quota-exhausted',
  ],
  example: {
    request: {
      ParentIdentifier: '271ae6bb538d538c70c01f81dd030001',
      CommonName: 'www.example.com',
      Domain: 'example.com,192.0.2.1',
      Algorithm: 'RSA_2048',
      Days: 365,
      Immediately: 1,
    },
    answer: endEntityExampleAnswer,
  },
  handle: async (request, { account, actor }, services) => {
    const issued = await issueEndEntity(
      {
        account,
        actor,
        kind: 'server',
        parent: request.ParentIdentifier,
        key: { made: request.Algorithm },
        subject: { parts: endEntitySubject(request) },
        ...profileOf('server', serverNames(request.CommonName, request.Domain)),
        validity: validityOf(request),
        labels: labelsOf(request),
        withCrlAddress: request.EnableCrl === 1,
        inBackground: request.AsynchronousFlag === true,
      },
      services,
    );
    return endEntityReply(issued, request);
  },
});

/** The common name and the domains, each once, in the order given. */
function serverNames(commonName: string, domains: string | undefined): GeneralName[] {
  const first = serverName(commonName);
  if (!first) throw invalid('CommonName', 'must be a host name or an IP address');
  const names = new Map([[keyOf(first), first]]);
  for (const [index, domain] of (domains?.split(',') ?? []).entries()) {
    const name = serverName(domain.trim());
    if (!name) throw invalid('Domain', `is no host name or IP address at element ${index + 1}`);
    if (!names.has(keyOf(name))) names.set(keyOf(name), name);
  }
  return [...names.values()];
}

function serverName(value: string): GeneralName | undefined {
  return parseGeneralName(isIP(value) === 0 ? 'dNSName' : 'iPAddress', value);
}

/** Host names are compared without regard to case (RFC 4343). */
function keyOf(name: GeneralName): string {
  return 'value' in name ? name.value.toLowerCase() : '';
}
