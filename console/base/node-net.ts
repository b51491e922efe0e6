// What the service's policy parser asks of node:net, in a browser: whether a text is an address. Nothing here is judged
// by addresses; that is for the service.

export function isIP(text: string): 0 | 4 | 6 {
  if (/^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}$/.test(text)) return 4;
  return text.includes(':') && URL.canParse(`http://[${text}]`) ? 6 : 0;
}

export class BlockList {
  addSubnet(): void {}

  check(): never {
    throw new TypeError('addresses are judged by the service');
  }
}

export class SocketAddress {}
