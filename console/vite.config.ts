// Builds the console to static files: a script for each page, and what pages share.

import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

// biome-ignore lint/style/noDefaultExport: Vite asks for it
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: '/console/',
  resolve: {
    // So that pages read certificates and policies by the service's own readers.
    alias: {
      'node:crypto': fileURLToPath(new URL('base/node-crypto.ts', import.meta.url)),
      'node:net': fileURLToPath(new URL('base/node-net.ts', import.meta.url)),
    },
  },
  build: {
    outDir: fileURLToPath(new URL('../dist/console', import.meta.url)),
    emptyOutDir: true,
    // The policy of the pages lets nothing be loaded from data: but images, and nothing run that is no file.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1200,
    rolldownOptions: {
      // Each of antd's files says "use client", which means something to servers that render.
      onLog: (level, log, handle) => {
        if (log.code !== 'MODULE_LEVEL_DIRECTIVE') handle(level, log);
      },
    },
  },
});
