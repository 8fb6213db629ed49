// The credits window: opened from the balance in the header, and drawn from what the service shows.

import { Refusal, get, insist, newKey, post } from "./ask.js";
import { balance } from "./balance.js";
import { find, redraw } from "./draw.js";
import { history } from "./history.js";
import { limits } from "./limits.js";
import { sentence } from "./refusal.js";
import { shop } from "./shop.js";
import { usage } from "./usage.js";
import { countdown, counted } from "./words.js";

export class CreditsWindow {
  /** What the account has, as it was asked last. */
  view = null;
  #changed;
  #turn = 0;
  #clock;
  #statement = null;
  /** How far the clock of the service is ahead of this machine's, in milliseconds. */
  #ahead = 0;
  /** The keys of purchases that are not known to be done, and where they are asked for, by what they are for. */
  #keys = new Map();

  /** `changed` is called when the account can do something else than before. */
  constructor({ changed }) {
    this.#changed = changed;
    find("credits").addEventListener("click", () => this.open());
    find("close").addEventListener("click", () => find("window").close());
    // The browser gives the focus back to whoever opened the dialog.
    find("window").addEventListener("close", () => clearInterval(this.#clock));
    find("window").addEventListener("click", (event) => event.target === find("window") && find("window").close());
  }

  /** Opens it, at a thing to buy if one is named. */
  async open(at) {
    find("told").textContent = "";
    find("window").showModal();
    find("window-title").focus();
    this.#clock = setInterval(() => this.#tick(), 1_000);
    await this.refresh();
    const there = at && find(at);
    there?.focus();
    there?.scrollIntoView({ block: "center" });
  }

  /** What the account has now. The latest question counts, whichever answer comes last. */
  async refresh() {
    const turn = (this.#turn += 1);
    try {
      const isOpen = find("window").open;
      const [view, statement] = await Promise.all([get("/credits"), isOpen ? statementOrWhyNot() : null]);
      if (turn !== this.#turn) return this.view ?? view;
      this.view = view;
      this.#statement = statement ?? this.#statement;
      this.#ahead = Date.parse(view.at) - Date.now();
      this.#drawHeader();
      if (find("window").open) this.#draw();
      return view;
    } catch (error) {
      // Without any answer, the page has nothing to begin with.
      if (!(error instanceof Refusal) || !this.view) throw error;
      if (find("window").open) find("told").textContent = sentence(error.problem, this.view);
      return this.view;
    }
  }

  #drawHeader() {
    const { available, held, unit } = this.view;
    find("available").textContent = available;
    find("unit").textContent = counted(available, unit).slice(available.length + 1);
    find("held").textContent = `${held} held`;
    find("held").hidden = held === "0";
    find("credits").removeAttribute("aria-busy");
  }

  #draw() {
    const buy = (what, path, body) => this.#buy(what, path, body);
    const parts = [
      balance(this.view),
      limits(this.view),
      this.#statement && usage(this.#statement, this.view),
      shop(this.view, buy),
      history(this.view),
    ];
    redraw(find("window-body"), parts, find("window-title"));
    this.#tick();
  }

  /** Counts down to what comes next, by the clock of the service; once it is there, it is shown. */
  #tick() {
    const clock = find("countdown");
    if (!clock || !this.view?.next_refill) return;
    const left = Date.parse(this.view.next_refill.at) - (Date.now() + this.#ahead);
    clock.textContent = countdown(left);
    if (left <= 0 && left > -2_000) this.refresh().then(() => this.#changed());
  }

  async #buy(what, path, body) {
    // A purchase whose answer was lost keeps its key, so that a second click does not pay twice.
    const { key } = this.#keys.get(what) ?? { key: newKey() };
    this.#keys.set(what, { key, path });
    try {
      const bought = await insist(() => post(path, body, { key }));
      this.#keys.delete(what);
      // What changes the plan from here on is a change of its own, whatever was lost before this one.
      for (const [other, lost] of this.#keys) if (path === "/plan" && lost.path === path) this.#keys.delete(other);
      find("told").textContent = `Done. ${counted(bought.available, this.view.unit)} available.`;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (!error.isPassing) this.#keys.delete(what);
      find("told").textContent = sentence(error.problem, this.view);
    }
    await this.refresh();
    await this.#changed();
  }
}

/** A period may have too much in it for a statement, which is no reason to hide what there is beside it. */
function statementOrWhyNot() {
  return get("/statement").catch((error) => {
    if (!(error instanceof Refusal)) throw error;
    return error;
  });
}
