// Names and contents of the files one takes away.

/** Of a name of a certificate what every file system takes; never empty. */
export function fileName(name: string): string {
  const safe = name
    .normalize('NFKC')
    .replace(/[^\p{L}\p{N}._@-]+/gu, '_')
    .replace(/^[._]+/, '')
    .slice(0, 64);
  return safe === '' ? 'certificate' : safe;
}

export function pemFile(pem: string): Blob {
  return new Blob([pem], { type: 'application/x-pem-file' });
}
