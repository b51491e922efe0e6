import { Type } from 'typebox';
import type { GeneralName } from '../../../../pki/general-name.ts';
import {
  alternativeNamesOf,
  keyOf,
  type ProvenRequest,
  subjectPartsOf,
} from '../../../../registry/certification-request.ts';
import { issueEndEntity } from '../../../../registry/end-entities.ts';
import { profileOf } from '../../../../registry/profile.ts';
import { invalid } from '../../errors.ts';
import { operation } from '../../operation.ts';
import { cas } from '../../product.ts';
import { csrExample, csrParameter, requestOf } from './csr-parameter.ts';
import {
  endEntityAnswer,
  endEntityExampleAnswer,
  endEntityParameters,
  endEntityRefusals,
  endEntityReply,
  endEntitySubject,
  requestedEntityNotes,
} from './end-entity-parameters.ts';
import { domain, domainNames, eachOnce, serverName } from './server-names.ts';
import { algorithm, labelsOf, subjectNames } from './shapes.ts';
import { validityMissedWhen, validityOf } from './validity-parameters.ts';

export const CreateServerCertificateWithCsr = operation(cas, {
  name: 'CreateServerCertificateWithCsr',
  summary: "Issues a server certificate for the key of the caller's certification request.",
  notes: [
    ...requestedEntityNotes,
    'The subject alternative names are the common name, where it is a host name or an IP address, and those of Domain, where left out those of the request. There must be one: clients look nowhere else.',
  ],
  accessLevel: 'create',
  request: Type.Object({
    ...endEntityParameters,
    ...csrParameter,
    CommonName: Type.Optional(subjectNames.commonName('Subject CN, where the request has none.', 'www.example.com')),
    Algorithm: Type.Optional(algorithm),
    Domain: Type.Optional(domain('Host names')),
  }),
  answer: endEntityAnswer,
  refusals: [...endEntityRefusals, 'csr-refused'],
  missedWhen: validityMissedWhen,
  example: {
    request: {
      ParentIdentifier: '271ae6bb538d538c70c01f81dd030001',
      Csr: csrExample,
      Domain: 'example.com,192.0.2.1',
      Days: 365,
      Immediately: 1,
    },
    answer: endEntityExampleAnswer,
  },
  handle: async (request, { account, actor }, services) => {
    const csr = await requestOf(request, services);
    const parts = subjectPartsOf(csr, endEntitySubject(request));
    const issued = await issueEndEntity(
      {
        account,
        actor,
        kind: 'server',
        parent: request.ParentIdentifier,
        key: keyOf(csr),
        subject: { parts },
        ...profileOf('server', namesOf(csr, parts.commonName, request.Domain)),
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

function namesOf(
  csr: ProvenRequest,
  commonName: string | undefined,
  domains: string | undefined,
): readonly GeneralName[] {
  const first = commonName === undefined ? undefined : serverName(commonName);
  const others = domains === undefined ? alternativeNamesOf(csr) : domainNames(domains);
  const names = eachOnce(first ? [first, ...others] : others);
  if (names.length === 0) throw invalid('Csr', 'names no host, and neither does Domain');
  return names;
}
