// Certificate and key of https from files, and word of changes in their folders.

import { type FSWatcher, watch } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Clock } from '../../base/time.ts';
import { type CheckedMaterial, checkMaterial, type TlsMaterial, TlsProblem } from './material.ts';
import type { CertificateFiles } from './settings.ts';

/** Reads and judges them; what is as it was when last accepted is not judged again. @throws {TlsProblem} */
export function materialOfFiles(files: CertificateFiles, clock: Clock): () => Promise<CheckedMaterial> {
  let accepted: CheckedMaterial | undefined;
  return async () => {
    const found = await readMaterial(files);
    if (accepted && isSame(found, accepted)) return accepted;
    accepted = checkMaterial(found, clock.now());
    return accepted;
  };
}

async function readMaterial({ certificate, key, passphrase }: CertificateFiles): Promise<TlsMaterial> {
  return {
    certificates: await read('CERTITUDE_TLS_CERTIFICATE_FILE', certificate),
    key: await read('CERTITUDE_TLS_KEY_FILE', key),
    ...(passphrase !== undefined && {
      passphrase: (await read('CERTITUDE_TLS_KEY_PASSPHRASE_FILE', passphrase)).replace(/\r?\n$/, ''),
    }),
  };
}

async function read(setting: string, path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new TlsProblem(`the file of ${setting} cannot be read (${(cause as NodeJS.ErrnoException).code})`, { cause });
  }
}

function isSame(one: TlsMaterial, other: TlsMaterial): boolean {
  return one.certificates === other.certificates && one.key === other.key && one.passphrase === other.passphrase;
}

/** Whoever renews a certificate writes several files, or changes links: it is over when nothing happens for so long. */
const settleMillis = 500;

/**
 * Watches the folders, not the files: those are replaced by others of the same name.
 * @param onFailure  folders that cannot be watched; there the caller's own clock has to do.
 * @returns ends it.
 */
export function watchFolders(
  { certificate, key, passphrase }: CertificateFiles,
  onChange: () => void,
  onFailure: (error: unknown) => void,
): () => void {
  let settling: NodeJS.Timeout | undefined;
  const changed = (): void => {
    clearTimeout(settling);
    settling = setTimeout(onChange, settleMillis).unref();
  };
  const watchers: FSWatcher[] = [];
  for (const folder of new Set([certificate, key, passphrase ?? key].map((path) => dirname(path)))) {
    try {
      watchers.push(watch(folder, { persistent: false }, changed).on('error', onFailure));
    } catch (error) {
      onFailure(error);
    }
  }
  return () => {
    clearTimeout(settling);
    for (const watcher of watchers) watcher.close();
  };
}
