/**
 * Draws a tree of plain objects into the DOM and changes only what differs. Preact would do the same and more for 4 KB,
 * a quarter of what the widget may weigh: see docs/decisions/widget-renderer.md.
 * What is made of several elements is a plain function that is called; text is always a text node.
 */

export type Child = VNode | string | number | boolean | null | undefined | Child[];
type Props = Record<string, unknown>;

interface VNode {
  tag: string;
  props: Props;
  kids: Child[];
}

/** Where TypeScript looks for the types of JSX. */
export declare namespace h {
  namespace JSX {
    type Element = Child;
    interface ElementChildrenAttribute {
      children: unknown;
    }
    interface Attributes {
      onClick?: (event: Event) => void;
      onChange?: (event: Event) => void;
      onInput?: (event: Event) => void;
      onKeyDown?: (event: KeyboardEvent) => void;
      onSubmit?: (event: Event) => void;
      /** Called with the element after each drawing. */
      ref?: (element: HTMLElement) => void;
      [name: string]: unknown;
    }
    interface IntrinsicElements {
      [tag: string]: Attributes;
    }
  }
}

/** What JSX becomes. */
export const h = (tag: string, props: Props | null, ...kids: Child[]): Child =>
  tag ? { tag, props: props ?? {}, kids } : kids;

export const Fragment = '';

/** What was drawn into an element: its children by key, and its properties. */
interface Drawn {
  kids: Map<string, Node>;
  props: Props;
}
const drawings = new WeakMap<Node, Drawn>();

const drawingOf = (node: Node): Drawn => {
  let drawn = drawings.get(node);
  if (!drawn) drawings.set(node, (drawn = { kids: new Map(), props: {} }));
  return drawn;
};

/** Makes `children` the children of `parent`. */
export function draw(parent: Node, children: Child): void {
  const drawn = drawingOf(parent);
  const wanted = new Map<string, VNode | string>();
  for (const child of [children].flat(Number.POSITIVE_INFINITY as 1) as Child[]) {
    if (child == null || typeof child === 'boolean') continue;
    const node = typeof child === 'object' ? (child as VNode) : `${child}`;
    // Without a key, the nth of its tag is the nth of its tag: siblings of other tags may come and go.
    const base = typeof node === 'string' ? '#' : `${node.tag} ${node.props['key'] ?? ''}`;
    let key = base;
    for (let n = 1; wanted.has(key); n++) key = base + n;
    wanted.set(key, node);
  }
  // What goes, goes first: what stays must not be moved past it, for moving takes the focus away.
  for (const [key, node] of drawn.kids) {
    if (!wanted.has(key)) {
      (node as ChildNode).remove();
      drawn.kids.delete(key);
    }
  }
  let place = parent.firstChild;
  for (const [key, node] of wanted) {
    let real = drawn.kids.get(key);
    if (!real) drawn.kids.set(key, (real = create(node)));
    if (real === place) place = place.nextSibling;
    else parent.insertBefore(real, place);
    if (typeof node !== 'string') change(real as HTMLElement, node);
    else if ((real as Text).data !== node) (real as Text).data = node;
  }
}

function create(node: VNode | string): Node {
  if (typeof node === 'string') return document.createTextNode(node);
  const { tag } = node;
  // Icons are all that is drawn in SVG.
  if (tag === 'svg' || tag === 'path') return document.createElementNS('http://www.w3.org/2000/svg', tag);
  return document.createElement(tag);
}

function change(element: HTMLElement, { props, kids }: VNode): void {
  // Children first: a select takes its value only from options that are there.
  draw(element, kids);
  const drawn = drawingOf(element);
  for (const name in { ...drawn.props, ...props }) set(element, name, props[name], drawn.props[name]);
  drawn.props = props;
  (props['ref'] as ((element: HTMLElement) => void) | undefined)?.(element);
}

function set(element: HTMLElement, name: string, value: unknown, before: unknown): void {
  const live = element as unknown as Props;
  if (name === 'value' || name === 'checked') {
    // The visitor changes these, too.
    if (live[name] !== value) live[name] = value;
  } else if (value === before || name === 'key' || name === 'ref') {
    // As it was.
  } else if (name.startsWith('on')) {
    live[name.toLowerCase()] = value ?? null;
  } else if (value == null || (value === false && !name.startsWith('aria-'))) {
    element.removeAttribute(name);
  } else {
    element.setAttribute(name, value === true && !name.startsWith('aria-') ? '' : `${value}`);
  }
}
