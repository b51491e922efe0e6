import { readFileSync } from 'node:fs';
import { startService } from '../journeys/running-service.ts';
import { openPage, signIn, startBrowser } from './browser.ts';

const after: (() => unknown)[] = [];
const t = { after: (f: () => unknown) => after.push(f) } as never;
const service = await startService(t, { environment: { CERTITUDE_DEMO: '1' } });
const browser = await startBrowser(t);
const script = process.argv[2]!;
const { steps } = await import(script);
try {
  await steps({ service, browser, openPage, signIn });
} catch (e) {
  console.error(e);
}
for (const f of after.reverse()) await f();
