// What people are told of CRLs or a responder's certificate that could not be made; the service's log has the details.

import type { PublicationFailure } from '../../src/registry/publication-failure.ts';
import { words } from './language.tsx';

export const publicationFailureWords = words<Record<PublicationFailure, string>>({
  en: {
    store: 'The store cannot be read or written at the moment.',
    busy: 'The service has too much to do with keys at the moment.',
    key: 'The private key cannot be opened.',
    refused:
      'What was made did not pass the check before publishing. The service’s clock may have been set back, or the store altered.',
    internal: 'Something went wrong in the service.',
  },
  zh: {
    store: '目前无法读写存储。',
    busy: '目前等待处理的密钥任务过多。',
    key: '无法打开私钥。',
    refused: '生成的内容未通过发布前的检查。服务的时钟可能被回拨，或存储被改动。',
    internal: '服务内部出错。',
  },
});
