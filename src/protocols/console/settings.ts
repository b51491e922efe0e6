// How the service is set up, as far as its callers are concerned: addresses, TLS, publication, limits of calls, versions.

import { Type } from 'typebox';
import type { UnixSeconds } from '../../base/time.ts';
import { operationsOf, products } from '../rpc/catalog.ts';
import type { Operation } from '../rpc/operation.ts';
import { GetCaInstanceCrlAddress } from '../rpc/operations/cas/GetCaInstanceCrlAddress.ts';
import type { CallLimits } from '../rpc/throttle.ts';
import { type AnswerUnderOperation, underOperation } from './under-operation.ts';

/** One that the operator set, by its environment variable or in the file of settings. */
export interface ShownSetting {
  readonly variable: string;
  readonly group: 'addresses' | 'tls' | 'publication' | 'calls' | 'console';
  readonly value: string;
  /** Text of the default. */
  readonly byDefault: string;
  readonly meaning: string;
}

export interface SetUp {
  readonly settings: readonly ShownSetting[];
  readonly publicUrl: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly limits: CallLimits<Operation>;
  readonly requiresTls: (operation: Operation) => boolean;
  /** The certificate that https shows now; `undefined` without https. */
  readonly certificate: () => { readonly fingerprint: string; readonly notAfter: UnixSeconds } | undefined;
}

export interface SettingsAnswer {
  readonly Settings: readonly ShownSetting[];
  /** `<identifier>` stands for that of a CA. */
  readonly Addresses: { readonly Ocsp: string; readonly Crl: string; readonly Issuer: string };
  readonly Versions: Readonly<Record<string, string>>;
  /** `NotAfter` in seconds since 1970. */
  readonly Certificate?: { readonly Fingerprint: string; readonly NotAfter: number };
  readonly Limits: readonly {
    /** `<product>:<operation>`. */
    readonly Action: string;
    /** Calls a second; 0 for no limit. */
    readonly OfAccount: number;
    readonly OfAll: number;
    readonly NeedsTls: boolean;
  }[];
}

/** Of the limits those of the account that asks. */
export function askSettings(setUp: SetUp): AnswerUnderOperation {
  const { settings, publicUrl, versions, limits, requiresTls, certificate } = setUp;
  const Addresses = {
    Ocsp: `${publicUrl}/ocsp`,
    Crl: `${publicUrl}/crl/<identifier>.crl`,
    Issuer: `${publicUrl}/issuer/<identifier>.cer`,
  };
  return underOperation(GetCaInstanceCrlAddress, Type.Object({}), (_request, { account }): SettingsAnswer => {
    const inUse = certificate();
    return {
      Settings: settings,
      Addresses,
      Versions: versions,
      ...(inUse && { Certificate: { Fingerprint: inUse.fingerprint, NotAfter: inUse.notAfter } }),
      Limits: products.flatMap((product) =>
        [...operationsOf(product).values()].map((operation) => ({
          Action: `${product.ramCode}:${operation.name}`,
          OfAccount: limits.ofAccount(account, operation),
          OfAll: limits.ofAll(operation),
          NeedsTls: requiresTls(operation),
        })),
      ),
    };
  });
}
