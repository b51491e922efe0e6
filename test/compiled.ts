// Before every test file: what one process has compiled, the hundreds after it need not, nor those that they start.

import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

export const compiledFolder = fileURLToPath(new URL('../node_modules/.cache/compiled/', import.meta.url));

enableCompileCache(compiledFolder);
process.env['NODE_COMPILE_CACHE'] = compiledFolder;
