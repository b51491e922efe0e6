import { Type } from 'typebox';
import { Refused } from '../../../../base/refusal.ts';
import { upload } from '../../../../registry/labels.ts';
import type { CertificateRecord } from '../../../../registry/model.ts';
import type { Services } from '../../../edge.ts';
import type { Call } from '../../operation.ts';
import { operation } from '../../operation.ts';
import { cas } from '../../product.ts';
import { noAnswer, text } from '../shapes.ts';
import { listElements } from './status-answer.ts';

/** As many as one call of the tag operations takes. */
const most = 50;

export const UploadPcaCertToCas = operation(cas, {
  name: 'UploadPcaCertToCas',
  summary: 'Puts certificates into the inventory.',
  notes: [
    'The vendor copies them into its general certificate store, from which its other products take theirs. Here the inventory is a mark: the set of certificates that are meant for deployment. A tool that rolls them out finds them with ListCert, whose Extra has the moment and the chain, and fetches the private key, where it was made here, with DescribeCertificatePrivateKey. DescribeClientCertificate shows the mark as UploadFlag.',
    'Certificates of CAs can be put there as well. One that is there already stays there.',
    'All are put there, or none: one that is not found, or not issued yet, refuses the call.',
  ],
  accessLevel: 'create',
  request: Type.Object({
    Ids: text(4096, `Numbers (Id) or identifiers of up to ${most} certificates, separated by commas.`, '12321'),
  }),
  answer: noAnswer,
  refusals: ['certificate-not-found', 'not-issued-yet'],
  example: { request: { Ids: '12321' }, answer: {} },
  handle: async ({ Ids }, call, { store, clock }) => {
    const ids = [...new Set(listElements('Ids', Ids, { maxBatch: most }))];
    const certificates = await Promise.all(ids.map((id) => find(id, call, store)));
    const { account, actor } = call;
    await upload({ account, actor, certificates }, { store, clock });
    return {};
  },
});

async function find(id: string, { account }: Call, store: Services['store']): Promise<CertificateRecord> {
  // Identifiers have 32 digits, numbers have fewer.
  const isNumber = /^[1-9]\d{0,14}$/.test(id);
  const record = isNumber ? await store.certificateById(account, Number(id)) : await store.certificate(account, id);
  if (!record) throw new Refused({ kind: 'certificate-not-found', identifier: id });
  return record;
}
