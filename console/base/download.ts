// Hands a file made in the browser to its user.

export function download(name: string, content: Blob): void {
  const address = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // The browser has taken the content over by the end of this turn.
  setTimeout(() => URL.revokeObjectURL(address), 0);
}
