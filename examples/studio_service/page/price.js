// The price of what is asked for, which follows each change of it.

import { Refusal, post } from "./ask.js";
import { draw, find, redraw, say } from "./draw.js";
import { help, sentence } from "./refusal.js";
import { counted, title } from "./words.js";

/** `setTimeout` takes no more. */
const WAIT_MAX = 2 ** 31 - 1;

export class Price {
  #viewed;
  #shop;
  #isAsked;
  #wish = null;
  #turn = 0;
  #under = new AbortController();
  #anew;
  /** What can be taken up: what is asked for, and the wish with the price agreed to. */
  #taken = null;

  /**
   * `viewed` is the credits window as it is known; `shop` opens it where something is bought; `isAsked` says whether
   * what was taken up has no answer yet.
   */
  constructor({ viewed, shop, isAsked }) {
    this.#viewed = viewed;
    this.#shop = shop;
    this.#isAsked = isAsked;
  }

  /** Takes up what can be taken up now, or `null`. The same cannot be taken up once more before there is an answer. */
  take() {
    const taken = this.#taken;
    this.#taken = null;
    this.#offer();
    return taken;
  }

  /** Asks what something costs, or says why it cannot be. An answer to an earlier question is dropped. */
  async follow(wish, fault) {
    const turn = (this.#turn += 1);
    this.#under.abort();
    this.#under = new AbortController();
    clearTimeout(this.#anew);
    this.#wish = wish;
    this.#taken = null;
    this.#settle("asked");
    if (wish === null) return this.#refuse({ code: "form", detail: fault });
    try {
      const { quote, refusal } = await post("/quote", wish, { signal: this.#under.signal });
      if (turn === this.#turn) this.#show(wish, quote, refusal);
    } catch (error) {
      if (turn !== this.#turn || error.name === "AbortError") return;
      if (!(error instanceof Refusal)) throw error;
      this.#refuse(error.problem);
      if (error.isPassing) this.#anew = setTimeout(() => this.again(), 2_000);
    }
  }

  /** The same question, as the account or the time has changed. */
  again() {
    return this.#wish && this.follow(this.#wish);
  }

  /** Says why the service did not take it up. What the account can pay now, as it was asked since, can be taken up. */
  refused(problem) {
    this.#told(problem);
    this.#settle("refused");
  }

  #show(wish, quote, refusal) {
    const total = `${EXACTNESS[quote.exactness] ?? ""}${counted(quote.total, quote.unit)}`;
    find("sum").textContent = total;
    redraw(find("quote"), [lines(quote), notes(quote)]);
    // Whoever has no known maximum says what they agree to; it starts with the price that is known.
    const isOpen = quote.maximum === null;
    if (isOpen && find("agreed-field").hidden) find("agreed").value = quote.total;
    find("agreed-field").hidden = !isOpen;
    if (isOpen && refusal?.code === "no-maximum") return this.follow({ ...wish, max: find("agreed").value });
    const canTake = !refusal && !this.#isAsked(wish);
    if (canTake) this.#taken = { asked: wish, wish: { ...wish, max: wish.max ?? quote.maximum } };
    this.#told(refusal);
    this.#settle(refusal ? "refused" : "told");
    if (!refusal) say(`Price: ${total}.`, "price-said");
    const wait = Date.parse(quote.valid_until) - Date.parse(quote.quoted_at);
    this.#anew = setTimeout(() => this.again(), Math.min(wait, WAIT_MAX));
  }

  /** There is no price, for the reason given. */
  #refuse(problem) {
    find("sum").textContent = "No price";
    redraw(find("quote"), []);
    this.#told(problem);
    this.#settle("refused");
  }

  #told(problem) {
    const view = this.#viewed();
    const why = problem ? [draw("p", { className: "why-not" }, sentence(problem, view))] : [];
    redraw(find("refusal"), problem ? [...why, help(problem, view, this.#shop)] : []);
    find("refusal").className = problem ? "refusal" : "";
    find("why-not").hidden = !problem;
    if (problem) say(sentence(problem, view), "price-said");
  }

  /** Nothing is taken up while the price is not the one that is shown. */
  #settle(state) {
    find("price").dataset.state = state;
    find("price").setAttribute("aria-busy", String(state === "asked"));
    this.#offer();
  }

  #offer() {
    find("generate").setAttribute("aria-disabled", String(this.#taken === null));
  }
}

const EXACTNESS = { "at-most": "at most ", from: "from ", estimate: "about " };

/** Lines are named by the book, or by what is sold, of which the names stay as they are. */
function forWhat(what) {
  const [name, ...of] = what.split("/").reverse();
  return of.length ? [name, draw("span", { className: "fine" }, of.reverse().map(title).join(", "))] : [title(what)];
}

/** What the total is made of: each line is a quantity at a rate. */
export function lines({ lines, total, unit }) {
  const row = (line) =>
    draw(
      "tr",
      {},
      draw("th", { scope: "row" }, forWhat(line.what)),
      draw(
        "td",
        {},
        `${line.quantity} × ${line.rate}`,
        draw("span", { className: "per" }, ` ${title(line.unit).toLowerCase()}`),
      ),
      draw("td", { className: "amount" }, line.amount),
    );
  return draw(
    "table",
    { className: "lines" },
    draw("caption", { className: "unseen" }, "What the price is made of"),
    draw(
      "thead",
      { className: "unseen" },
      draw(
        "tr",
        {},
        ["For", "Quantity and rate", "Amount"].map((name) => draw("th", { scope: "col" }, name)),
      ),
    ),
    draw("tbody", {}, lines.map(row)),
    draw(
      "tfoot",
      {},
      draw(
        "tr",
        {},
        draw("th", { scope: "row", colSpan: 2 }, "Total"),
        draw("td", { className: "amount total" }, counted(total, unit)),
      ),
    ),
  );
}

function notes({ note, why, maximum, exactness, unit, book, edition }) {
  const most = maximum === null ? "The price may be more than this." : `At most ${counted(maximum, unit)}.`;
  const known = exactness === "exact" ? null : `${exactness === "estimate" ? "This is an estimate. " : ""}${most}`;
  return [
    known && draw("p", { className: "hint" }, known),
    note && draw("p", { className: "hint" }, `${note.charAt(0).toUpperCase()}${note.slice(1)}.`),
    draw(
      "details",
      { className: "why", id: "why" },
      draw("summary", {}, "Why this price"),
      draw("p", {}, `${why.charAt(0).toUpperCase()}${why.slice(1)}.`),
      draw("p", { className: "hint" }, `Price book ${book}, edition ${edition}.`),
    ),
  ].filter(Boolean);
}
