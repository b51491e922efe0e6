// What to do about an error: by its declared cause, or by its code where every operation has it.

import type { Finding } from './diagnose.ts';
import type { diagnosisWords } from './words.ts';

type Text = (typeof diagnosisWords)['en'];

export function cureOf({ code, declared, origin }: Finding, text: Text): string {
  if (declared && origin) {
    if ('missing' in declared) return text.cureMissing(declared.missing);
    if ('invalid' in declared) {
      const parameter = origin.operation.parameters.find(({ path }) => path.split('.')[0] === declared.invalid);
      return text.cureInvalid(declared.invalid, parameter?.description ?? '');
    }
    return text.cureRefusal;
  }
  if (
    /^(?:SignatureDoesNotMatch|IncompleteSignature|Invalid(?:Signature|SecurityToken)|Missing(?:Signature|SecurityToken))/.test(
      code,
    )
  ) {
    return text.cureSignature;
  }
  if (code === 'SignatureNonceUsed') return text.cureNonce;
  if (code.startsWith('InvalidAccessKeyId')) return text.cureKey;
  if (code.startsWith('InvalidTimeStamp')) return text.cureTime;
  if (code === 'NoPermission') return text.curePermission;
  if (code.startsWith('Throttling')) return text.cureThrottling;
  if (/^Invalid(?:Version|Action|Api)/.test(code)) return text.cureVersion;
  if (code === 'InternalError' || code === 'ServiceUnavailable') return text.cureServer;
  return text.cureRequest;
}
