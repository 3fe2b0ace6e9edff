// The Content-Security-Policy lets only styles in that carry this reply's nonce. Ant Design is handed it by its
// ConfigProvider; two of its helpers (the scroll lock of drawers and dialogs, the measuring of scroll bars) do not look
// there. They make their elements through document.createElement, so that is where ours get it.
const carrier = document.querySelector<HTMLScriptElement | HTMLMetaElement>("script[nonce], meta[property='csp-nonce']");

export const nonce = carrier?.nonce ?? "";

export function allowOwnStyles() {
  if (!nonce) return;
  const create = document.createElement.bind(document);
  document.createElement = ((name: string, options?: ElementCreationOptions) => {
    const element = create(name, options);
    if (element instanceof HTMLStyleElement) element.nonce = nonce;
    return element;
  }) as typeof document.createElement;
}
