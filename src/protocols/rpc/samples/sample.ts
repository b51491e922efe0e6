// What a sample is: a program in some language that makes one call, with all that it takes to run it.

/** The call that a sample makes. Free of anything that only a server knows: the console makes samples in the browser. */
export interface SampleCall {
  readonly version: string;
  readonly action: string;
  /** How `certitude call` names the operation. */
  readonly commandName: string;
  /** Product as `aliyun` names it, in lower case. */
  readonly command: string;
  /** Wire parameters, in order. */
  readonly parameters: readonly (readonly [name: string, text: string])[];
  /** The same as the operation reads them; absent where it would refuse them. */
  readonly values?: Readonly<Record<string, TypedValue>>;
  readonly scheme: 'http' | 'https';
  /** Host, with its port where it is not the scheme's own. */
  readonly host: string;
}

export type TypedValue = string | number | boolean | readonly TypedValue[] | { readonly [name: string]: TypedValue };

export interface SampleFile {
  readonly name: string;
  readonly text: string;
}

export interface Sample {
  /** The program. */
  readonly program: SampleFile;
  /** What else the project has: the file that names its dependencies. */
  readonly others: readonly SampleFile[];
  /** Shell commands that fetch the dependencies; empty where there are none. */
  readonly install: string;
  /** Shell command that runs it. The key is in the environment by then. */
  readonly run: string;
}

export interface SampleLanguage {
  /** Also the folder of a project in it. */
  readonly id: string;
  readonly title: string;
  /** For the generic client, which can make every call. */
  readonly make: (call: SampleCall) => Sample;
  /** For the client that the vendor has of the product alone; `undefined` where there is none, or the call is not one for it. */
  readonly makeTyped?: (call: SampleCall) => Sample | undefined;
}

/** Where the vendor's clients look for a key, and so every sample: none is ever written into one. */
export const keyVariables = {
  id: 'ALIBABA_CLOUD_ACCESS_KEY_ID',
  secret: 'ALIBABA_CLOUD_ACCESS_KEY_SECRET',
  token: 'ALIBABA_CLOUD_SECURITY_TOKEN',
} as const;

/** One line for each parameter, behind one another. */
export function parameterLines({ parameters }: SampleCall, line: (name: string, text: string) => string): string {
  return parameters.map(([name, text]) => line(name, text)).join('\n');
}

/** A string as C and its descendants write it, with what their sources may not hold escaped; by UTF-16 unit. */
export function quoted(text: string, mustEscape = /[\u007f-\u009f\u2028\u2029\ufeff]/g): string {
  return JSON.stringify(text).replace(mustEscape, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Of those languages whose compilers guess the encoding of a source. */
export const nonAscii = /[\u007f-\uffff]/g;
