// Bodies as people read them: JSON and XML with one member a line.

export function pretty(body: string): string {
  if (body.startsWith('<')) return prettyXml(body);
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}

/** For the service's own answers: elements that hold either elements or text, nothing else. */
function prettyXml(body: string): string {
  let depth = 0;
  return body
    .replace(/>\s*</g, '>\n<')
    .split('\n')
    .map((line) => {
      if (line.startsWith('</')) depth--;
      const indented = '  '.repeat(Math.max(0, depth)) + line;
      if (/^<[^?!/][^>]*[^/]>$/.test(line) || /^<[^?!/]>$/.test(line)) depth++;
      return indented;
    })
    .join('\n');
}
