// How one generation stands, in words: set aside, then charged or returned.

import { isLess, isZero, minus } from "./amount.js";
import { draw } from "./draw.js";
import { lines } from "./price.js";
import { counted, time, title } from "./words.js";

/** What a card shows, what is said of it, and how it ended, if it did. */
export function progress(work, now, unit, cancel) {
  const { badge, text, ended } = STATES[now.state](now, unit);
  const { studio, tool, model, count } = work.wish;
  const name = `${model}${count > 1 ? ` × ${count}` : ""}`;
  const isUnderWay = ["asked", "held"].includes(now.state);
  return {
    ended,
    said: `${name}: ${text}`,
    parts: [
      draw("div", { className: "tile", "aria-hidden": "true" }, draw("span", {}, title(studio).charAt(0))),
      draw(
        "div",
        { className: "work-text" },
        draw("h3", {}, name),
        draw("p", { className: "hint" }, [title(studio), tool && title(tool)].filter(Boolean).join(", ")),
        draw("p", { className: "outcome" }, text),
        now.lines?.length && isOver(now) ? receipt(work.id, now, unit) : null,
      ),
      draw(
        "div",
        { className: "work-side" },
        draw("p", { className: "badge" }, badge),
        now.state === "held" && button("cancel", work, `Cancel ${name}`, "Cancel", cancel),
        now.again && button("again", work, `Try again: ${name}`, "Try again", now.again),
      ),
      isUnderWay && draw("div", { className: "bar", "aria-hidden": "true" }),
    ],
  };
}

const isOver = (now) => !["asked", "held", "unknown", "lost"].includes(now.state);

function button(what, work, label, text, clicked) {
  const button = draw(
    "button",
    { type: "button", className: "quiet", id: `${what}-${work.id}`, "aria-label": label },
    text,
  );
  button.addEventListener("click", clicked);
  return button;
}

/** The lines of a charge, closed until they are wanted. */
export function receipt(id, { lines: charged, charged: total }, unit) {
  return draw(
    "details",
    { className: "receipt", id: `receipt-${id}` },
    draw("summary", {}, "Receipt"),
    lines({ lines: charged, total, unit }),
  );
}

const ENDINGS = {
  failed: ["Failed", "It failed"],
  blocked: ["Blocked", "A policy blocked the result"],
  cancelled: ["Cancelled", "It was called off"],
};

const STATES = {
  asked: () => ({ badge: "Asking", text: "The price is being set aside." }),
  held: ({ held }, unit) => ({ badge: "Held", text: `${counted(held, unit)} set aside while it is made.` }),
  unknown: ({ held, ends_at }, unit) => ({
    badge: "Unknown",
    text:
      `Nobody knows yet how it ended. ${counted(held, unit)} stay set aside until ${time(ends_at)} at most, ` +
      "and return unless it turns out to be delivered.",
  }),
  lost: () => ({
    badge: "No answer",
    text:
      "The studio did not answer, so nobody knows whether it was begun. " +
      "Try again: it is done once, and paid for once.",
  }),
  refused: ({ why }) => ({ badge: "Refused", text: why, ended: "refused" }),
  released: ({ held }, unit) => ({
    badge: "Returned",
    text: `It was called off. Nothing charged; ${counted(held, unit)} returned.`,
    ended: "returned",
  }),
  lapsed: ({ held }, unit) => ({
    badge: "Returned",
    text: `Nobody said in time how it ended. Nothing charged; ${counted(held, unit)} returned.`,
    ended: "returned",
  }),
  settled,
};

function settled({ outcome, held, charged }, unit) {
  const [badge, why] = ENDINGS[outcome] ?? [];
  const first = why ? `${why}. ` : "";
  if (isZero(charged) && !isZero(held)) {
    return {
      badge: badge ?? "Returned",
      text: `${first}Nothing charged; ${counted(held, unit)} returned.`,
      ended: "returned",
    };
  }
  if (isLess(charged, held)) {
    const returned = minus(held, charged);
    const text = `${first || "Partly delivered. "}${charged} of ${counted(held, unit)} charged; ${returned} returned.`;
    return { badge: badge ?? "Part charged", text, ended: "part-charged" };
  }
  return { badge: badge ?? "Charged", text: `${first}${counted(charged, unit)} charged.`, ended: "charged" };
}
