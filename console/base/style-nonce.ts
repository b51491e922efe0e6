// The nonce without which the page's policy takes no style sheet that a script makes.

/** Of this page. Browsers hide the attribute from scripts and style sheets; the property has it. */
export const styleNonce = document.querySelector<HTMLMetaElement>('meta[name="style-nonce"]')?.nonce ?? '';

/**
 * Gives it to every style element that a script makes: libraries below antd make some without asking for the nonce (what
 * keeps a page from scrolling behind a dialog). Markup still cannot bring styles in, and scripts are those of the build.
 */
export function giveNonceToStyles(): void {
  const create = document.createElement.bind(document);
  document.createElement = (name: string, options?: ElementCreationOptions) => {
    const element = create(name, options);
    if (element instanceof HTMLStyleElement) element.nonce = styleNonce;
    return element;
  };
}
