// The languages that samples come in.

import { aliyun, certitude } from './command-lines.ts';
import { csharp } from './csharp.ts';
import { curl } from './curl.ts';
import { go } from './go.ts';
import { java } from './java.ts';
import { php } from './php.ts';
import { python } from './python.ts';
import type { SampleLanguage } from './sample.ts';
import { typescript } from './typescript.ts';

export const sampleLanguages: readonly SampleLanguage[] = [
  typescript,
  python,
  go,
  java,
  php,
  csharp,
  curl,
  aliyun,
  certitude,
];
