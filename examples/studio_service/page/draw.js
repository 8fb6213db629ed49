// Elements from what is to be shown. Text is only ever text, so no name from outside can be markup.

/** An element with properties and children; `null`, `undefined` and `false` are no child. */
export function draw(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null) continue;
    if (name in element && !name.startsWith("aria")) element[name] = value;
    else element.setAttribute(name, value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

export function find(id) {
  return document.getElementById(id);
}

/** Draws something anew. Who stood at a control there stands at the same one after it, or at what is given. */
export function redraw(element, children, otherwise) {
  const at = element.contains(document.activeElement) ? document.activeElement.id : null;
  const open = new Set([...element.querySelectorAll("details[open][id]")].map((details) => details.id));
  element.replaceChildren(...children.flat().filter(Boolean));
  for (const id of open) find(id)?.setAttribute("open", "");
  if (at !== null) ((at && find(at)) || otherwise)?.focus();
}

/** Says a sentence to those who listen to the page, once. */
export function say(sentence, where = "said") {
  const said = find(where);
  if (said.textContent !== sentence) said.textContent = sentence;
}

/** A part of the window, under a heading. */
export function part(id, name, ...children) {
  const heading = draw("h3", { id: `${id}-title`, tabIndex: -1 }, name);
  return draw("section", { className: "part", id, "aria-labelledby": heading.id }, heading, ...children);
}
