// One control for one setting of the catalog.

import { draw } from "./draw.js";
import { title } from "./words.js";

/** More values than this are a menu. */
const PILLS_MAX = 6;

/**
 * A control, and what it is set to: `undefined` where it is left to the book.
 *
 * Values go back as the catalog has them, and numbers as they were typed.
 */
export function control(setting, kept) {
  switch (setting.type) {
    case "flag":
      return flag(setting, kept);
    case "choice":
      return setting.values.length > PILLS_MAX ? menu(setting, kept) : pills(setting, kept);
    case "number":
      return number(setting, kept);
    case "text":
      return text(setting, kept);
    default:
      return list(setting, kept);
  }
}

const idOf = (setting) => `setting-${setting.name}`;
const name = (setting) => title(setting.name) + (setting.unit ? `, in ${setting.unit}s` : "");
const valueText = (value) => (typeof value === "string" ? value : JSON.stringify(value));
const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

function hints(setting, range) {
  const texts = [range, setting.measured && "Measured after the work.", setting.note].filter(Boolean);
  return texts.length ? draw("p", { className: "hint", id: `${idOf(setting)}-hint` }, texts.join(" ")) : null;
}

function field(setting, input, range) {
  const hint = hints(setting, range);
  if (hint) input.setAttribute("aria-describedby", hint.id);
  return draw("div", { className: "field" }, draw("label", { htmlFor: input.id }, name(setting)), input, hint);
}

function flag(setting, kept) {
  const input = draw("input", { type: "checkbox", id: idOf(setting), checked: kept ?? setting.default ?? false });
  const label = draw("label", { className: "flag" }, input, ` ${name(setting)}`);
  return { element: draw("div", { className: "field" }, label, hints(setting)), value: () => input.checked };
}

/** What may be left to the book can be put back to that. */
function choices(setting, kept) {
  const chosen = setting.values.find((value) => same(value, kept)) ?? setting.default;
  const known = setting.values.map((value) => ({ text: valueText(value), value, isChosen: same(value, chosen) }));
  if (setting.default !== undefined) return known;
  return [{ text: "Not set", value: undefined, isChosen: chosen === undefined }, ...known];
}

function pills(setting, kept) {
  const all = choices(setting, kept);
  const inputs = all.map(({ isChosen }, at) =>
    draw("input", { type: "radio", name: idOf(setting), id: `${idOf(setting)}-${at}`, checked: isChosen }),
  );
  const labels = all.map(({ text }, at) => draw("label", { className: "pill" }, inputs[at], draw("span", {}, text)));
  const hint = hints(setting);
  const fieldset = draw(
    "fieldset",
    { className: "field", "aria-describedby": hint?.id },
    draw("legend", {}, name(setting)),
    draw("div", { className: "pills" }, labels),
    hint,
  );
  return { element: fieldset, value: () => all[inputs.findIndex((input) => input.checked)]?.value };
}

function menu(setting, kept) {
  const all = choices(setting, kept);
  const options = all.map(({ text, isChosen }, at) => draw("option", { value: at, selected: isChosen }, text));
  const input = draw("select", { id: idOf(setting) }, options);
  return { element: field(setting, input), value: () => all[input.value].value };
}

function number(setting, kept) {
  const { min, max, step } = setting;
  const input = draw("input", {
    type: "number",
    id: idOf(setting),
    inputMode: "decimal",
    min: min ?? "",
    max: max ?? "",
    step: step ?? "any",
    value: kept ?? "",
  });
  // What another model was set to may be out of the range of this one.
  if (input.value === "" || !input.checkValidity())
    input.value = setting.default ?? (setting.measured ? "" : (min ?? ""));
  const ends = min !== undefined && max !== undefined ? `${min} to ${max}` : min !== undefined ? `from ${min}` : null;
  const range = [
    ends ?? (max !== undefined && `up to ${max}`),
    step !== undefined && step !== "1" && `in steps of ${step}`,
  ];
  const told = range.filter(Boolean).join(", ");
  return {
    element: field(setting, input, told && `${told.charAt(0).toUpperCase()}${told.slice(1)}.`),
    value: () => (input.value === "" ? undefined : input.value),
  };
}

function text(setting, kept) {
  const input = draw("textarea", { id: idOf(setting), rows: 3, value: kept ?? setting.default ?? "" });
  return { element: field(setting, input), value: () => (input.value === "" ? undefined : input.value) };
}

/** A list of records is what few people type, so it is typed as it is sent. */
function list(setting, kept) {
  const input = draw("textarea", { id: idOf(setting), rows: 3, spellcheck: false });
  input.value = JSON.stringify(kept ?? setting.default ?? []);
  const value = () => {
    try {
      input.setCustomValidity("");
      return JSON.parse(input.value);
    } catch {
      input.setCustomValidity("This is no JSON.");
      return undefined;
    }
  };
  const range = `A list in JSON${setting.max_items === undefined ? "" : `, of at most ${setting.max_items}`}.`;
  return { element: field(setting, input, range), value };
}
