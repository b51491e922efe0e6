// The Buffer that the service's readers of certificates expect. Imported before them.

import { Buffer } from 'buffer/index.js';

(globalThis as { Buffer?: unknown }).Buffer ??= Buffer;
