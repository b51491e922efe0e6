// Certificates and certification requests as data to show, by the service's own readers.

import './node-buffer.ts';
import { bytesToHex, sha256Hex } from '../../src/base/bytes.ts';
import { keyAlgorithmOf } from '../../src/pki/algorithm.ts';
import { parseCertificate } from '../../src/pki/certificate.ts';
import { parseCertificationRequest } from '../../src/pki/csr.ts';
import type { DecodedExtensions } from '../../src/pki/extensions.ts';
import { formatGeneralName } from '../../src/pki/general-name.ts';
import { formatName, type Name } from '../../src/pki/name.ts';
import { oidName } from '../../src/pki/oid.ts';
import { decodePem, decodePemBlocks } from '../../src/pki/pem.ts';
import { hash } from './node-crypto.ts';

export interface NamePart {
  /** `commonName` and the like, or dotted. */
  readonly type: string;
  readonly value: string;
}

export interface AlternativeName {
  /** `dNSName` and the like. */
  readonly type: string;
  readonly value: string;
}

export interface ShownExtension {
  /** By name where it has one here, else dotted. */
  readonly name: string;
  readonly id: string;
  readonly critical: boolean;
  /** What it says, or its octets in hexadecimal where its content is not read here. */
  readonly values: readonly string[];
}

/** What certificates and requests have in common. */
interface Shown {
  readonly subject: string;
  readonly subjectParts: readonly NamePart[];
  readonly commonName: string;
  /** `RSA_2048` and the like; empty for keys that are not certified here. */
  readonly keyAlgorithm: string;
  readonly alternativeNames: readonly AlternativeName[];
  readonly extensions: readonly ShownExtension[];
}

export interface ShownCertificate extends Shown {
  readonly der: Uint8Array;
  readonly serialNumber: string;
  readonly issuer: string;
  /** Seconds since 1970. */
  readonly notBefore: number;
  readonly notAfter: number;
  /** By name where it has one here, else dotted. */
  readonly signatureAlgorithm: string;
  readonly sha256: string;
  readonly sha1: string;
}

/** @param pem of one certificate, or of several of which the first counts. @throws {Error} for what cannot be read. */
export function decodeCertificate(pem: string): ShownCertificate {
  const [first] = decodePemBlocks(pem);
  if (!first) throw new TypeError('there is no PEM block');
  const certificate = parseCertificate(first.der);
  const { der, serialNumber, issuer, notBefore, notAfter, signatureAlgorithm } = certificate;
  return {
    ...shownOf(certificate.subject, certificate.spki, certificate.extensions),
    der,
    serialNumber,
    issuer: formatName(issuer),
    notBefore,
    notAfter,
    signatureAlgorithm: oidName(signatureAlgorithm) ?? signatureAlgorithm,
    sha256: sha256Hex(der),
    sha1: String(hash('sha1', der, 'hex')),
  };
}

/** The certificates of a chain in PEM, each by itself. @throws {Error} */
export function decodeChain(pem: string): readonly ShownCertificate[] {
  return splitPem(pem).map(decodeCertificate);
}

/** The blocks of a PEM text, each by itself. */
export function splitPem(pem: string): readonly string[] {
  return pem.match(/-----BEGIN [^-]+-----[^-]+-----END [^-]+-----\n?/g) ?? [];
}

/** @returns octets of the one block, whatever it holds. @throws {Error} */
export function derOf(pem: string): Uint8Array {
  return decodePem(pem);
}

/** @param pem `CERTIFICATE REQUEST`. Its signature is for the service to check. @throws {Error} for what cannot be read. */
export function decodeRequest(pem: string): Shown {
  const request = parseCertificationRequest(decodePem(pem, 'CERTIFICATE REQUEST'));
  return shownOf(request.subject, request.spki, request.requestedExtensions);
}

function shownOf(subject: Name, spki: Uint8Array, extensions: DecodedExtensions): Shown {
  return {
    subject: formatName(subject),
    subjectParts: subject.map(({ type, value }) => ({ type, value })),
    commonName: subject.findLast(({ type }) => type === 'commonName')?.value ?? '',
    keyAlgorithm: keyAlgorithmOf(spki) ?? '',
    alternativeNames: (extensions.subjectAlternativeNames ?? []).map((name) => ({
      type: name.type,
      value: formatGeneralName(name),
    })),
    extensions: extensions.raw.map(({ id, critical, value }) => ({
      name: oidName(id) ?? id,
      id,
      critical,
      values: valuesOf(oidName(id), extensions) ?? [bytesToHex(value)],
    })),
  };
}

function valuesOf(name: string | undefined, extensions: DecodedExtensions): readonly string[] | undefined {
  switch (name) {
    case 'basicConstraints': {
      const { cA = false, pathLenConstraint } = extensions.basicConstraints ?? {};
      return [`CA: ${cA}`, ...(pathLenConstraint === undefined ? [] : [`pathLenConstraint: ${pathLenConstraint}`])];
    }
    case 'keyUsage':
      return extensions.keyUsage;
    case 'extKeyUsage':
      return extensions.extendedKeyUsages;
    case 'subjectKeyIdentifier':
      return extensions.subjectKeyIdentifier && [bytesToHex(extensions.subjectKeyIdentifier)];
    case 'authorityKeyIdentifier':
      return extensions.authorityKeyIdentifier && [bytesToHex(extensions.authorityKeyIdentifier)];
    case 'subjectAltName':
      return extensions.subjectAlternativeNames?.map((each) => `${each.type}: ${formatGeneralName(each)}`);
    case 'cRLDistributionPoints':
      return extensions.crlDistributionPoints;
    case 'authorityInfoAccess': {
      const { ocsp = [], caIssuers = [] } = extensions.authorityInformationAccess ?? {};
      return [...ocsp.map((uri) => `OCSP: ${uri}`), ...caIssuers.map((uri) => `caIssuers: ${uri}`)];
    }
    default:
      return undefined;
  }
}
