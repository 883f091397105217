/** What the files that are loaded on demand have in common. */

const dressed = new WeakSet<ShadowRoot>();

/** Adds a part's style to the widget's, once. */
export function dress(css: string): void {
  const root = document.querySelector('ventanilla-widget')?.shadowRoot;
  if (!root || dressed.has(root)) return;
  dressed.add(root);
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
}
