// The operations this service has. Whatever lists operations lists these: gateway, documents, command line, tests.

import type { Operation } from './operation.ts';
import { AssignCertificateCount } from './operations/AssignCertificateCount.ts';
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
import { DescribeCACertificate } from './operations/DescribeCACertificate.ts';
import { DescribeCACertificateCount } from './operations/DescribeCACertificateCount.ts';
import { DescribeCACertificateList } from './operations/DescribeCACertificateList.ts';
import { DescribeCertificatePrivateKey } from './operations/DescribeCertificatePrivateKey.ts';
import { DescribeClientCertificate } from './operations/DescribeClientCertificate.ts';
import { DescribeClientCertificateForSerialNumber } from './operations/DescribeClientCertificateForSerialNumber.ts';
import { DescribeClientCertificateStatus } from './operations/DescribeClientCertificateStatus.ts';
import { DescribeClientCertificateStatusForSerialNumber } from './operations/DescribeClientCertificateStatusForSerialNumber.ts';
import { DescribePcaAndExternalCACertificateList } from './operations/DescribePcaAndExternalCACertificateList.ts';
import { GetCAInstanceStatus } from './operations/GetCAInstanceStatus.ts';
import { GetCaInstanceCrlAddress } from './operations/GetCaInstanceCrlAddress.ts';
import { ListAllEndEntityInstance } from './operations/ListAllEndEntityInstance.ts';
import { ListCACertificateLog } from './operations/ListCACertificateLog.ts';
import { ListCert } from './operations/ListCert.ts';
import { ListClientCertificate } from './operations/ListClientCertificate.ts';
import { ListPcaCaCertificate } from './operations/ListPcaCaCertificate.ts';
import { ListRevokeCertificate } from './operations/ListRevokeCertificate.ts';
import { ListTagResources } from './operations/ListTagResources.ts';
import { MoveResourceGroup } from './operations/MoveResourceGroup.ts';
import { TagResources } from './operations/TagResources.ts';
import { UntagResources } from './operations/UntagResources.ts';
import { UpdateCACertificateStatus } from './operations/UpdateCACertificateStatus.ts';
import { UpdatePcaCertificate } from './operations/UpdatePcaCertificate.ts';
import { UploadPcaCertToCas } from './operations/UploadPcaCertToCas.ts';

export const product = 'cas';
export const apiVersion = '2020-06-30';
/** Prefix of the actions in access policies. */
export const ramCode = 'yundun-cert';

export type Catalog = ReadonlyMap<string, Operation>;

export const catalog: Catalog = new Map(
  [
    // CAs
    CreateRootCACertificate,
    CreateSubCACertificate,
    CreateExternalCACertificate,
    UpdateCACertificateStatus,
    DescribeCACertificate,
    DescribeCACertificateCount,
    DescribeCACertificateList,
    DescribePcaAndExternalCACertificateList,
    ListPcaCaCertificate,
    ListCACertificateLog,
    GetCaInstanceCrlAddress,
    // Issuing
    CreateClientCertificate,
    CreateClientCertificateWithCsr,
    CreateServerCertificate,
    CreateServerCertificateWithCsr,
    CreateCustomCertificate,
    DescribeCertificatePrivateKey,
    // Revocation and status
    CreateRevokeClientCertificate,
    DeleteClientCertificate,
    ListRevokeCertificate,
    DescribeClientCertificateStatus,
    DescribeClientCertificateStatusForSerialNumber,
    // Certificates
    ListClientCertificate,
    ListCert,
    DescribeClientCertificate,
    DescribeClientCertificateForSerialNumber,
    UpdatePcaCertificate,
    UploadPcaCertToCas,
    // Instances and quotas
    GetCAInstanceStatus,
    ListAllEndEntityInstance,
    AssignCertificateCount,
    // Tags and resource groups
    TagResources,
    UntagResources,
    ListTagResources,
    MoveResourceGroup,
  ].map((operation) => [operation.name, operation]),
);
