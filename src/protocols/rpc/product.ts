// The products whose APIs are served here, as the vendor's clients and policies know them.

export interface Product {
  /** As the vendor's clients spell it. */
  readonly code: 'cas' | 'Ram' | 'Sts';
  /** Of the API: what a call says in `Version`. No two products here have the same, so it also tells the product. */
  readonly version: string;
  /** Prefix of the actions in access policies. */
  readonly ramCode: string;
  readonly title: string;
}

export const cas: Product = {
  code: 'cas',
  version: '2020-06-30',
  ramCode: 'yundun-cert',
  title: 'Certificate Management Service',
};

export const ram: Product = {
  code: 'Ram',
  version: '2015-05-01',
  ramCode: 'ram',
  title: 'Resource Access Management',
};

export const sts: Product = {
  code: 'Sts',
  version: '2015-04-01',
  ramCode: 'sts',
  title: 'Security Token Service',
};
