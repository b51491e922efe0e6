// Starting points for policies.

/** A document that is changed to what is meant. Its key is also its name in the dictionary. */
export interface Template {
  readonly key: 'statusOnly' | 'issueUnderOneCa' | 'readOnly' | 'wholeAccount' | 'oneUser';
  readonly document: object;
}

const policy = (statement: object): object => ({ Version: '1', Statement: [statement] });

export const policyTemplates: readonly Template[] = [
  {
    key: 'statusOnly',
    document: policy({
      Effect: 'Allow',
      Action: [
        'yundun-cert:DescribeClientCertificateStatus',
        'yundun-cert:DescribeClientCertificateStatusForSerialNumber',
      ],
      Resource: '*',
    }),
  },
  {
    // The certificates' API has no resources to name: a CA is meant by a tag, which its holder cannot change.
    key: 'issueUnderOneCa',
    document: policy({
      Effect: 'Allow',
      Action: [
        'yundun-cert:CreateClientCertificate',
        'yundun-cert:CreateClientCertificateWithCsr',
        'yundun-cert:CreateServerCertificate',
        'yundun-cert:CreateServerCertificateWithCsr',
      ],
      Resource: '*',
      Condition: { StringEquals: { 'acs:ResourceTag/team': 'payments' } },
    }),
  },
  {
    // Without the private keys of certificates, which a Describe operation gives out.
    key: 'readOnly',
    document: {
      Version: '1',
      Statement: [
        { Effect: 'Allow', Action: ['yundun-cert:Describe*', 'yundun-cert:List*', 'yundun-cert:Get*'], Resource: '*' },
        { Effect: 'Deny', Action: 'yundun-cert:DescribeCertificatePrivateKey', Resource: '*' },
      ],
    },
  },
];

/** @param account its id */
export function trustTemplates(account: string): readonly Template[] {
  const trust = (principal: string): object =>
    policy({ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { RAM: [`acs:ram::${account}:${principal}`] } });
  return [
    { key: 'wholeAccount', document: trust('root') },
    { key: 'oneUser', document: trust('user/alice') },
  ];
}
