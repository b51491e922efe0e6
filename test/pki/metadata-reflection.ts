// @peculiar/x509 wants the metadata part of Reflect that no engine has. Import this before it.

type Metadata = Map<unknown, unknown>;
const ofTargets = new WeakMap<object, Metadata>();

function getOwnMetadata(key: unknown, target: object): unknown {
  return ofTargets.get(target)?.get(key);
}

function getMetadata(key: unknown, target: object): unknown {
  for (let at: object | null = target; at !== null; at = Object.getPrototypeOf(at)) {
    const value = getOwnMetadata(key, at);
    if (value !== undefined) return value;
  }
  return undefined;
}

function defineMetadata(key: unknown, value: unknown, target: object): void {
  const metadata = ofTargets.get(target) ?? new Map();
  metadata.set(key, value);
  ofTargets.set(target, metadata);
}

Object.assign(Reflect, { getOwnMetadata, getMetadata, defineMetadata });
