/** What every live part needs of a page: elements, amounts, and where to begin. */

/** @typedef {HTMLInputElement | HTMLSelectElement} Field */

/**
 * An element with its attributes and what it holds.
 *
 * @template {keyof HTMLElementTagNameMap} Name
 * @param {Name} name
 * @param {Record<string, string>} [attributes]
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[Name]}
 */
export function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

/**
 * US dollars without cents: `$4,910`, `−$568`, whose sign stays on its line.
 *
 * @param {number} value
 */
export function usd(value) {
  const sign = Math.round(value) < 0 ? "−\u2060" : "";
  return `${sign}$${Math.abs(Math.round(value)).toLocaleString("en-US")}`;
}

/**
 * A choice between named things.
 *
 * @param {Record<string, string>} attributes
 * @param {(readonly [string, string])[]} options  Value and text of each.
 */
export function choice(attributes, options) {
  return make(
    "select",
    attributes,
    ...options.map(([value, text]) => make("option", { value }, text)),
  );
}

/**
 * A text above the field that it names.
 *
 * @param {string} text
 * @param {Field} field
 */
export const labelled = (text, field) => make("label", {}, make("span", {}, text), field);

/**
 * What the address says of a part: the words behind `#name?`; null if it speaks of another.
 *
 * @param {string} name
 */
export function fromAddress(name) {
  const [part, words] = location.hash.slice(1).split("?");
  return part === name && words !== undefined ? new URLSearchParams(words) : null;
}

/**
 * Says in the address how a part stands, so that a link shows it. Where the address belongs to
 * another program, as in JupyterLab, it is left alone.
 *
 * @param {HTMLElement} root
 * @param {URLSearchParams} words
 */
export function toAddress(root, words) {
  if (root.dataset.address !== undefined) {
    history.replaceState(null, "", `#${root.id}${words.size ? `?${words}` : ""}`);
  }
}

/**
 * Puts the live parts of one kind in the place of their static text, which stays if that fails.
 *
 * @param {string} kind
 * @param {(data: any, root: HTMLElement) => Node} view
 */
export function start(kind, view) {
  /** @type {NodeListOf<HTMLElement>} */
  const parts = document.querySelectorAll(`[data-live="${kind}"]:not([data-started])`);
  for (const root of parts) {
    root.dataset.started = "";
    const data = root.querySelector('script[type="application/json"]')?.textContent ?? "";
    root.replaceChildren(view(JSON.parse(data), root));
    if (fromAddress(root.id)) root.scrollIntoView();
  }
}
