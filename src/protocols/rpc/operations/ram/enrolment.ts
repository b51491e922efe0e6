// What an authenticator app takes the seed of a virtual MFA device from: text, or a QR code.

import { base32 } from '../../../../base/base32.ts';
import { qrCodePng } from './qr-code.ts';

/** @param label `<device or user>@<account>`, as the app will show it. */
export function enrolmentOf(seed: Uint8Array, label: string) {
  const Base32StringSeed = base32(seed);
  const address = `otpauth://totp/${encodeURIComponent(`Certitude:${label}`)}?secret=${Base32StringSeed}&issuer=Certitude`;
  return { Base32StringSeed, QRCodePNG: qrCodePng(address) };
}
