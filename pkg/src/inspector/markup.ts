/** What an element can be made of. */
export type Content = Node | string | undefined;

/** Attributes by name: `true` stands for one without a value, `false` and nothing for none. */
export type Attributes = Record<string, string | number | boolean | undefined>;

/** An element with attributes and content. */
export function make<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Attributes = {},
  ...content: Content[]
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name);
  set(element, attributes);
  element.append(...content.filter((part) => part !== undefined));
  return element;
}

const SVG = 'http://www.w3.org/2000/svg';

/** A shape of a drawing. */
export function draw<Name extends keyof SVGElementTagNameMap>(
  name: Name,
  attributes: Attributes = {},
  ...content: Content[]
): SVGElementTagNameMap[Name] {
  const element = document.createElementNS(SVG, name);
  set(element, attributes);
  element.append(...content.filter((part) => part !== undefined));
  return element;
}

/** Sets and removes attributes. */
export function set(element: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) element.removeAttribute(name);
    else element.setAttribute(name, value === true ? '' : String(value));
  }
}

/** A button that does something. */
export function button(text: string, act: () => void, attributes: Attributes = {}): HTMLButtonElement {
  const made = make('button', { type: 'button', ...attributes }, text);
  made.addEventListener('click', act);
  return made;
}

/** Changes a text where it is another: who listens to a live region hears each change. */
export function write(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

/** A part of the inspector under a heading. */
export function section(name: string, title: string | HTMLElement, ...content: Content[]): HTMLElement {
  const heading = make('h2', { id: `${name}-title` }, title);
  return make('section', { class: name, 'aria-labelledby': heading.id }, heading, ...content);
}
