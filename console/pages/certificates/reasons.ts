// Why a certificate is revoked (RFC 5280 §5.3.1), in the words of the API and of people.

import { useWords, words } from '../../base/language.tsx';

export const reasons = [
  'unspecified',
  'keyCompromise',
  'superseded',
  'cessationOfOperation',
  'affiliationChanged',
  'privilegeWithdrawn',
  'cACompromise',
  'aACompromise',
  'certificateHold',
] as const;
export type Reason = (typeof reasons)[number];

/** @returns a reason in words; as it is, where it is none of ours. */
export function useReasonText(): (reason: string) => string {
  const text: Readonly<Record<string, string>> = useWords(reasonWords);
  return (reason) => text[reason] ?? reason;
}

const reasonWords = words({
  en: {
    unspecified: 'No reason given',
    keyCompromise: 'The key was lost or stolen',
    superseded: 'Replaced by another certificate',
    cessationOfOperation: 'No longer in use',
    affiliationChanged: 'The holder belongs elsewhere now',
    privilegeWithdrawn: 'A right was withdrawn',
    cACompromise: 'The key of the CA was lost or stolen',
    aACompromise: 'The key of the attribute authority was lost or stolen',
    certificateHold: 'On hold, can be lifted',
  },
  zh: {
    unspecified: '未说明原因',
    keyCompromise: '私钥泄露或丢失',
    superseded: '已被其他证书取代',
    cessationOfOperation: '不再使用',
    affiliationChanged: '持有者归属变更',
    privilegeWithdrawn: '权限已收回',
    cACompromise: 'CA 私钥泄露或丢失',
    aACompromise: '属性授权机构私钥泄露或丢失',
    certificateHold: '挂起，可解除',
  },
});
