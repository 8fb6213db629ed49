// What happened last, with a receipt for each generation.

import { get } from "./ask.js";
import { isLess, isZero, minus } from "./amount.js";
import { draw, part } from "./draw.js";
import { lines } from "./price.js";
import { sentence } from "./refusal.js";
import { counted, instant, kind, title } from "./words.js";

export function history(view) {
  const { recent } = view;
  if (recent.length === 0)
    return part("history", "History", draw("p", { className: "hint" }, "Nothing has happened yet."));
  return part(
    "history",
    "History",
    draw(
      "ol",
      { className: "plain events" },
      recent.map((activity) => event(activity, view)),
    ),
  );
}

function event(activity, view) {
  const { what, amount, detail } = EVENTS[activity.what]?.(activity, view) ?? {
    what: title(activity.what),
    amount: "",
  };
  return draw(
    "li",
    {},
    draw(
      "div",
      { className: "event" },
      draw(
        "span",
        {},
        what,
        draw("span", { className: "fine" }, draw("time", { dateTime: activity.at }, instant(activity.at))),
      ),
      draw("span", { className: "amount" }, amount),
    ),
    detail,
  );
}

const EVENTS = {
  work: (activity, view) => ({
    what: `${activity.work.model}: ${came(activity)}${ended(activity, view.unit)}`,
    amount: isZero(activity.settled) ? "0" : `−${minus(activity.settled, activity.refunded)}`,
    detail: ["held", "unknown"].includes(activity.state) ? null : receiptOf(activity.hold, view),
  }),
  granted: ({ kind: name, amount, expires_at }) => ({
    what: `${kind(name)} credits${expires_at ? `, until ${instant(expires_at)}` : ", which do not expire"}`,
    amount: `+${amount}`,
  }),
  gone: ({ expired, amount }) => ({ what: expired ? "Expired" : "Taken back", amount: `−${amount}` }),
  plan: ({ plan }) => ({ what: plan ? `Plan: ${title(plan)}` : "Back on the plan that everybody has", amount: "" }),
};

/** What came of the work, where that is not simply all of it. */
function came({ outcome, outputs }) {
  if (outcome && outcome !== "delivered") return `${outcome}, `;
  return outputs && outputs.delivered < outputs.asked ? `${outputs.delivered} of ${outputs.asked} delivered, ` : "";
}

function ended({ state, quoted, settled, refunded }, unit) {
  if (state === "held") return `${counted(quoted, unit)} set aside`;
  if (state === "unknown") return `${counted(quoted, unit)} set aside, and nobody knows how it ended`;
  if (isZero(settled)) return isZero(quoted) ? "free" : `nothing charged of ${quoted}`;
  const back = isZero(refunded) ? "" : `, of which ${refunded} came back`;
  return isLess(settled, quoted) ? `part charged, ${settled} of ${quoted}${back}` : `charged${back}`;
}

/** Asked for when it is opened, as most never are. */
function receiptOf(hold, view) {
  const told = draw("div", {}, draw("p", { className: "hint" }, "…"));
  const details = draw(
    "details",
    { className: "receipt", id: `history-${hold}` },
    draw("summary", {}, "Receipt"),
    told,
  );
  details.addEventListener("toggle", async () => {
    if (!details.open || details.dataset.told) return;
    details.dataset.told = "asked";
    try {
      const {
        lines: charged,
        charged: total,
        outcome,
        request,
      } = await get(`/generations/${encodeURIComponent(hold)}`);
      const asked = request && `${title(request.studio)}, ${request.model}, ${request.count} asked for.`;
      const facts = [asked, outcome && `Outcome: ${outcome}.`].filter(Boolean).join(" ");
      told.replaceChildren(
        draw("p", { className: "hint" }, facts),
        charged.length ? lines({ lines: charged, total, unit: view.unit }) : draw("p", {}, "Nothing was charged."),
      );
    } catch (error) {
      if (!error.problem) throw error;
      delete details.dataset.told;
      told.replaceChildren(draw("p", { className: "hint" }, sentence(error.problem, view)));
    }
  });
  return details;
}
