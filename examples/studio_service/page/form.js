// What can be asked for, drawn from the catalog, and what is asked for.

import { draw, find } from "./draw.js";
import { control } from "./setting.js";
import { title } from "./words.js";

export class Form {
  #catalog;
  #changed;
  #controls = new Map();
  /** What was set last of each name, so that another model takes over what it has as well. */
  #kept = new Map();

  /** Draws the controls, at a generation to begin with; `changed` is called with what is asked for. */
  constructor(catalog, { unit, first }, changed) {
    // Those with most to choose from come first, and what is not sold for the unit of the account comes last.
    const rank = ({ models }) => (models.some((model) => isIn(model, unit)) ? models.length : -1);
    this.#catalog = { ...catalog, studios: catalog.studios.toSorted((one, other) => rank(other) - rank(one)) };
    this.#changed = changed;
    this.#drawStudios(first?.studio);
    this.#drawTools(first?.tool);
    this.#drawModels(first?.model);
    const form = find("wish");
    // A menu is at its new value once it says `change`, whoever sets it; everything else is followed while it changes.
    for (const type of ["input", "change"]) {
      const follow = ({ target }) => (type === "change") === target.matches("select") && this.#onInput(target);
      form.addEventListener(type, follow);
      // It stands beside the price, and not within the form that it is of.
      find("agreed").addEventListener(type, follow);
    }
    for (const [id, by] of [
      ["fewer", -1],
      ["more", 1],
    ])
      find(id).addEventListener("click", () => this.#step(by));
  }

  /** What is asked for, as the service takes it; `null` while something in the form cannot be. */
  wish() {
    const settings = {};
    for (const [name, { value }] of this.#controls) {
      const set = value();
      if (set !== undefined) settings[name] = set;
    }
    if (!find("wish").checkValidity()) return null;
    const [studio, tool, model] = [this.#studio.name, find("tool").value, find("model").value];
    const agreed = find("agreed-field").hidden ? "" : find("agreed").value;
    const count = Number(find("count").value);
    return { studio, ...(tool && { tool }), model, settings, count, ...(agreed && { max: agreed }) };
  }

  get #studio() {
    const chosen = document.querySelector("#studios input:checked");
    return this.#catalog.studios.find((studio) => studio.name === chosen.value);
  }

  get #offer() {
    const tool = find("tool").value;
    const model = this.#studio.models.find((model) => model.name === find("model").value);
    return model && offerOf(model, tool);
  }

  #onInput(input) {
    if (input.name === "studio") this.#drawTools();
    if (input.name === "studio" || input.id === "tool") this.#drawModels(find("model").value);
    else if (input.id === "model") this.#drawSettings();
    for (const [name, { value }] of this.#controls) this.#kept.set(name, value());
    // What was agreed to was for another price.
    if (input.id !== "agreed") find("agreed-field").hidden = true;
    this.#changed(this.wish(), this.#fault());
  }

  /** What in the form cannot be, in words. */
  #fault() {
    const input = [...find("wish").elements].find(
      (element) => !element.matches("fieldset") && !element.checkValidity(),
    );
    return input && `${input.labels?.[0]?.textContent ?? "The form"}: ${input.validationMessage}`;
  }

  #step(by) {
    const count = find("count");
    count.value = Math.max(1, (Number(count.value) || 1) + by);
    count.dispatchEvent(new Event("input", { bubbles: true }));
  }

  #drawStudios(first) {
    const { studios } = this.#catalog;
    const chosen = studios.find((studio) => studio.name === first) ?? studios[0];
    const pill = (studio) =>
      draw(
        "label",
        { className: "pill" },
        draw("input", { type: "radio", name: "studio", value: studio.name, checked: studio === chosen }),
        draw("span", {}, title(studio.name)),
      );
    find("studios").replaceChildren(...studios.map(pill));
  }

  #drawTools(first) {
    const { tools, models } = this.#studio;
    // Most of what is sold can be asked for without naming a tool.
    const names = ["", ...tools].filter((tool) => models.some((model) => offerOf(model, tool)));
    const chosen = names.includes(first) ? first : names[0];
    const option = (name) =>
      draw("option", { value: name, selected: name === chosen }, name ? title(name) : "Just the model");
    find("tool").replaceChildren(...names.map(option));
    find("tool-field").hidden = names.length < 2;
  }

  #drawModels(first) {
    const tool = find("tool").value;
    const models = this.#studio.models.filter((model) => offerOf(model, tool));
    const option = (model) => draw("option", { value: model.name, selected: model.name === first }, label(model, tool));
    find("model").replaceChildren(...models.map(option));
    this.#drawSettings();
  }

  #drawSettings() {
    const settings = this.#offer?.settings ?? [];
    this.#controls = new Map(settings.map((setting) => [setting.name, control(setting, this.#kept.get(setting.name))]));
    find("settings").replaceChildren(...[...this.#controls.values()].map(({ element }) => element));
  }
}

function offerOf(model, tool) {
  return model.offers.find((offer) => (tool ? offer.tools.includes(tool) : !offer.needs_tool));
}

/** A model without a price of its own may be in any unit, as far as the catalog tells. */
function isIn(model, unit) {
  return model.offers.some(({ base }) => !base || base.unit === unit);
}

const EXACTNESS = { "at-most": "at most ", from: "from ", estimate: "about " };

function label(model, tool) {
  const name = model.name === "*" ? "Any other" : model.name;
  const { base } = offerOf(model, tool);
  return base ? `${name} · ${EXACTNESS[base.exactness] ?? ""}${base.amount} ${base.unit}` : name;
}
