// The operations this service has. Whatever lists operations lists these: gateway, documents, command line, tests.

import type { Operation } from './operation.ts';
import { CreateClientCertificate } from './operations/CreateClientCertificate.ts';
import { CreateClientCertificateWithCsr } from './operations/CreateClientCertificateWithCsr.ts';
import { CreateCustomCertificate } from './operations/CreateCustomCertificate.ts';
import { CreateExternalCACertificate } from './operations/CreateExternalCACertificate.ts';
import { CreateRevokeClientCertificate } from './operations/CreateRevokeClientCertificate.ts';
import { CreateRootCACertificate } from './operations/CreateRootCACertificate.ts';
import { CreateServerCertificate } from './operations/CreateServerCertificate.ts';
import { CreateServerCertificateWithCsr } from './operations/CreateServerCertificateWithCsr.ts';
import { CreateSubCACertificate } from './operations/CreateSubCACertificate.ts';
import { DeleteClientCertificate } from './operations/DeleteClientCertificate.ts';
import { DescribeCertificatePrivateKey } from './operations/DescribeCertificatePrivateKey.ts';
import { DescribeClientCertificate } from './operations/DescribeClientCertificate.ts';
import { DescribeClientCertificateStatus } from './operations/DescribeClientCertificateStatus.ts';
import { DescribeClientCertificateStatusForSerialNumber } from './operations/DescribeClientCertificateStatusForSerialNumber.ts';
import { ListClientCertificate } from './operations/ListClientCertificate.ts';
import { UpdateCACertificateStatus } from './operations/UpdateCACertificateStatus.ts';

export const product = 'cas';
export const apiVersion = '2020-06-30';
/** Prefix of the actions in access policies. */
export const ramCode = 'yundun-cert';

export type Catalog = ReadonlyMap<string, Operation>;

export const catalog: Catalog = new Map(
  [
    CreateRootCACertificate,
    CreateSubCACertificate,
    CreateExternalCACertificate,
    UpdateCACertificateStatus,
    CreateClientCertificate,
    CreateClientCertificateWithCsr,
    CreateServerCertificate,
    CreateServerCertificateWithCsr,
    CreateCustomCertificate,
    CreateRevokeClientCertificate,
    DeleteClientCertificate,
    ListClientCertificate,
    DescribeCertificatePrivateKey,
    DescribeClientCertificate,
    DescribeClientCertificateStatus,
    DescribeClientCertificateStatusForSerialNumber,
  ].map((operation) => [operation.name, operation]),
);
