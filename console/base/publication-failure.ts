// What people are told of CRLs or a responder's certificate that could not be made; the service's log has the details.

import type { PublicationFailure } from '../../src/registry/publication-failure.ts';
import { words } from './language.tsx';

export const publicationFailureWords = words<Record<PublicationFailure, string>>({
  en: {
    store: 'The store cannot be read or written at the moment.',
    busy: 'The service has too much to do with keys at the moment.',
    key: 'The private key cannot be opened.',
    refused: 'What was made did not pass the check before publishing. The store may have been altered.',
    clock:
      'The service’s clock is behind what was published last. It should be set if it is wrong; if it is right, lists are published again within a quarter of an hour.',
    internal: 'Something went wrong in the service.',
  },
  zh: {
    store: '目前无法读写存储。',
    busy: '目前等待处理的密钥任务过多。',
    key: '无法打开私钥。',
    refused: '生成的内容未通过发布前的检查。存储可能被改动。',
    clock: '服务的时钟早于上次发布的时间。如果时钟有误，请校正；如果时钟无误，一刻钟内会自动恢复发布。',
    internal: '服务内部出错。',
  },
});
