// Why something cannot be had now, in words, and what would help.

import { isLess } from "./amount.js";
import { draw } from "./draw.js";
import { counted, instant, many, title } from "./words.js";

/** The sentence for a refusal, of an account whose credits window is known. */
export function sentence(problem, view) {
  const unit = view?.unit ?? "credits";
  const told = SENTENCES[problem.code]?.(problem, unit);
  if (told) return told;
  // The service writes for clients of all kinds: a name in backticks, no capital, no full stop.
  const words = problem.detail.replace(/`([^`]*)`/g, "“$1”").replace(/[.]$/, "");
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}

const inStudio = (studio) => (studio ? ` in ${title(studio)}` : "");

const SENTENCES = {
  insufficient: ({ required, available, held, shortfall, elsewhere }, unit) =>
    `${counted(shortfall, unit)} missing: this needs ${required}, and you have ${available} for it` +
    (elsewhere !== "0" ? `, beside ${elsewhere} that are for other work only` : "") +
    (held !== "0" ? `, while ${held} are set aside for work under way.` : "."),
  "over-limit": ({ used, required, max, resets_at }) =>
    `This needs ${required}, and ${used} of at most ${max} are used. It is counted anew on ${instant(resets_at)}.`,
  "over-cap": ({ amount, max }, unit) =>
    `It costs ${counted(amount, unit)} now, and you agreed to ${max}. Nothing was charged; look at the new price.`,
  "too-many-holds": ({ studio, open, max }) =>
    `Your plan has ${many(max, "generation")} at once${inStudio(studio)}, ` +
    `and ${open === 1 ? "one is" : `${open} are`} under way. Wait until one ends.`,
  "too-many-outputs": ({ studio, max }) => `Your plan has at most ${max} in one request${inStudio(studio)}.`,
  "not-entitled": ({ what, plan }) => {
    const [[kind, detail]] = Object.entries(what);
    const subject = {
      "locked-model": () => `the model ${detail.model}`,
      model: () => `the model ${detail.model}`,
      setting: () => `${title(detail.setting).toLowerCase()} ${JSON.stringify(detail.value).replaceAll('"', "")}`,
      studio: () => `the studio ${title(detail.studio)}`,
      tool: () => (detail.tool ? `the tool ${title(detail.tool)}` : "work without a tool"),
    }[kind];
    return `The ${title(plan)} plan does not have ${subject?.() ?? "this"}.`;
  },
  "other-unit": (_, unit) => `This is not sold for ${unit}, which is what the account has.`,
  "no-maximum": () => "How much this costs at most is not known before. Say what you agree to.",
  "no-answer": () => "The studio does not answer. Nothing is lost: ask again.",
};

/** What would help, as buttons: a plan, a top-up, or time. `shop` opens the window where it is bought. */
export function help(problem, view, shop) {
  const { plans = [], top_ups: packs = [] } = problem.lifts ?? {};
  const offer = (key, text) => {
    const button = draw("button", { type: "button", className: "help", id: `help-${key}` }, text);
    button.addEventListener("click", () => shop(key));
    return draw("li", {}, button);
  };
  const amount = (pack) => view?.top_ups.find((known) => known.pack === pack)?.amount;
  const smallestFirst = packs.toSorted((one, other) =>
    amount(one) && amount(other) && isLess(amount(one), amount(other)) ? -1 : 1,
  );
  const plan = (name) => view?.upgrades.find((known) => known.plan === name)?.title ?? title(name);
  const buttons = [
    ...smallestFirst.map((pack) =>
      offer(`pack-${pack}`, amount(pack) ? `Top up ${amount(pack)}` : `Top up: ${title(pack)}`),
    ),
    ...plans.map((name) => offer(`plan-${name}`, `Move to ${plan(name)}`)),
  ];
  const waits = [];
  const { refill, next, required } = problem;
  if (refill) waits.push(`${refill.amount} more come with your plan on ${instant(refill.at)}.`);
  if (next) waits.push(`${next.amount} more can be used from ${instant(next.at)}.`);
  if (required && buttons.length === 0) waits.push("Fewer at once, or another model, cost less.");
  return [
    buttons.length && draw("p", { className: "hint" }, "What would help:"),
    buttons.length && draw("ul", { className: "helps" }, buttons),
    waits.length && draw("p", { className: "hint" }, waits.join(" ")),
  ].filter(Boolean);
}
