/* Elements are made by h() from text, never from markup, so that nothing a capture says can become part of a page. */

type Value = string | number | boolean | undefined | ((event: never) => void);
type Child = Node | string | null | undefined | false;

function fill<T extends Element>(element: T, attributes: Record<string, Value>, children: Child[]): T {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value as EventListener);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== undefined) element.setAttribute(name, String(value));
  }
  for (const child of children) if (child) element.append(child);
  return element;
}

export function h<K extends keyof HTMLElementTagNameMap>(
  name: K, attributes: Record<string, Value> = {}, ...children: Child[]): HTMLElementTagNameMap[K] {
  return fill(document.createElement(name), attributes, children);
}

export function svg<K extends keyof SVGElementTagNameMap>(
  name: K, attributes: Record<string, Value> = {}, ...children: Child[]): SVGElementTagNameMap[K] {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", name), attributes, children);
}

export function byId(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (!element) throw new Error(`the page has no #${id}`);
  return element;
}

/* Says something to everybody, screen readers included. */
export function say(text: string, problem = false): void {
  const line = byId("status");
  line.textContent = text;
  line.classList.toggle("problem", problem);
}

export function tag(text: string, kind: string): HTMLElement {
  return h("strong", { class: `tag tag-${kind}` }, text);
}
