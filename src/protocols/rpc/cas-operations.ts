// The operations of the certificate service, in the order pages and forms list them.

import type { Operation } from './operation.ts';
import { AssignCertificateCount } from './operations/cas/AssignCertificateCount.ts';
import { CreateClientCertificate } from './operations/cas/CreateClientCertificate.ts';
import { CreateClientCertificateWithCsr } from './operations/cas/CreateClientCertificateWithCsr.ts';
import { CreateCustomCertificate } from './operations/cas/CreateCustomCertificate.ts';
import { CreateExternalCACertificate } from './operations/cas/CreateExternalCACertificate.ts';
import { CreateRevokeClientCertificate } from './operations/cas/CreateRevokeClientCertificate.ts';
import { CreateRootCACertificate } from './operations/cas/CreateRootCACertificate.ts';
import { CreateServerCertificate } from './operations/cas/CreateServerCertificate.ts';
import { CreateServerCertificateWithCsr } from './operations/cas/CreateServerCertificateWithCsr.ts';
import { CreateSubCACertificate } from './operations/cas/CreateSubCACertificate.ts';
import { DeleteClientCertificate } from './operations/cas/DeleteClientCertificate.ts';
import { DescribeCACertificate } from './operations/cas/DescribeCACertificate.ts';
import { DescribeCACertificateCount } from './operations/cas/DescribeCACertificateCount.ts';
import { DescribeCACertificateList } from './operations/cas/DescribeCACertificateList.ts';
import { DescribeCertificatePrivateKey } from './operations/cas/DescribeCertificatePrivateKey.ts';
import { DescribeClientCertificate } from './operations/cas/DescribeClientCertificate.ts';
import { DescribeClientCertificateForSerialNumber } from './operations/cas/DescribeClientCertificateForSerialNumber.ts';
import { DescribeClientCertificateStatus } from './operations/cas/DescribeClientCertificateStatus.ts';
import { DescribeClientCertificateStatusForSerialNumber } from './operations/cas/DescribeClientCertificateStatusForSerialNumber.ts';
import { DescribePcaAndExternalCACertificateList } from './operations/cas/DescribePcaAndExternalCACertificateList.ts';
import { GetCAInstanceStatus } from './operations/cas/GetCAInstanceStatus.ts';
import { GetCaInstanceCrlAddress } from './operations/cas/GetCaInstanceCrlAddress.ts';
import { ListAllEndEntityInstance } from './operations/cas/ListAllEndEntityInstance.ts';
import { ListCACertificateLog } from './operations/cas/ListCACertificateLog.ts';
import { ListCert } from './operations/cas/ListCert.ts';
import { ListClientCertificate } from './operations/cas/ListClientCertificate.ts';
import { ListPcaCaCertificate } from './operations/cas/ListPcaCaCertificate.ts';
import { ListRevokeCertificate } from './operations/cas/ListRevokeCertificate.ts';
import { ListTagResources } from './operations/cas/ListTagResources.ts';
import { MoveResourceGroup } from './operations/cas/MoveResourceGroup.ts';
import { TagResources } from './operations/cas/TagResources.ts';
import { UntagResources } from './operations/cas/UntagResources.ts';
import { UpdateCACertificateStatus } from './operations/cas/UpdateCACertificateStatus.ts';
import { UpdatePcaCertificate } from './operations/cas/UpdatePcaCertificate.ts';
import { UploadPcaCertToCas } from './operations/cas/UploadPcaCertToCas.ts';

export const casOperations: readonly Operation[] = [
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
];
