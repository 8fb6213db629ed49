// What the plan limits, and how much of it is used.

import { thousandths } from "./amount.js";
import { draw, part } from "./draw.js";
import { counted, instant, many, title } from "./words.js";

export function limits({ limits, plan, unit }) {
  const shown = limits.map((limit) => {
    const [[what, detail]] = Object.entries(limit);
    return LIMITS[what]?.(detail, unit);
  });
  return part(
    "limits",
    "Limits",
    shown.some(Boolean)
      ? draw("ul", { className: "plain meters" }, shown.filter(Boolean))
      : draw("p", { className: "hint" }, `The ${plan?.title ?? "present"} plan has no limits beside its credits.`),
  );
}

const inStudio = (studio) => (studio ? ` in ${title(studio)}` : "");

const LIMITS = {
  holds: ({ studio, open, max }) =>
    meter(`Generations at once${inStudio(studio)}`, `${open} of ${max}`, thousandths(String(open), String(max))),
  outputs: ({ studio, max }) => draw("li", {}, `At most ${many(max, "output")} in one request${inStudio(studio)}.`),
  credits: ({ of, used, max, left, resets_at }, unit) =>
    meter(
      COUNTED[typeof of === "string" ? of : Object.keys(of)[0]] ?? "Credits",
      `${used} of ${max}`,
      thousandths(used, max),
      `${counted(left, unit)} left; counted anew on ${instant(resets_at)}.`,
    ),
};

const COUNTED = {
  day: "Credits a day",
  month: "Credits a month",
  member: "Credits of a member a month",
  purchase: "Used of a plan that can still be paid back",
};

function meter(name, told, share, hint) {
  const fill = draw("span", { className: "fill" });
  fill.style.inlineSize = `${share / 10}%`;
  return draw(
    "li",
    {},
    draw("span", { className: "meter-text" }, draw("span", {}, name), draw("strong", {}, told)),
    draw("span", { className: "meter", "aria-hidden": "true" }, fill),
    hint && draw("span", { className: "hint" }, hint),
  );
}
