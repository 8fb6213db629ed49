// What the month went to, by studio: bars for the eye, and a table for whoever does not see them.

import { isLess, minus, plus, thousandths } from "./amount.js";
import { draw, part } from "./draw.js";
import { sentence } from "./refusal.js";
import { day, many, title } from "./words.js";

/** Of a statement, or of the refusal in its place. */
export function usage({ from, until, summary, problem }, view) {
  const { unit } = view;
  if (problem) return part("usage", "Usage", draw("p", { className: "hint" }, sentence(problem, view)));
  const studios = byStudio(summary.work);
  const span = `${day(from)} until ${day(until)}`;
  if (studios.length === 0)
    return part("usage", "Usage", draw("p", { className: "hint" }, `Nothing was charged, ${span}.`));
  const most = studios[0].used;
  const row = ({ studio, used, charges }) => {
    const bar = draw("span", { className: "fill" });
    bar.style.inlineSize = `${thousandths(used, most) / 10}%`;
    return draw(
      "tr",
      {},
      draw("th", { scope: "row" }, title(studio)),
      draw("td", { className: "bar-cell", "aria-hidden": "true" }, draw("span", { className: "meter" }, bar)),
      draw("td", { className: "amount" }, used, draw("span", { className: "fine" }, many(charges, "charge"))),
    );
  };
  return part(
    "usage",
    "Usage",
    draw(
      "table",
      { className: "rows chart" },
      draw("caption", {}, `${title(unit)} by studio, ${span}`),
      draw(
        "thead",
        { className: "unseen" },
        draw(
          "tr",
          {},
          draw("th", { scope: "col" }, "Studio"),
          draw("td", { "aria-hidden": "true" }),
          draw("th", { scope: "col" }, title(unit)),
        ),
      ),
      draw("tbody", {}, studios.map(row)),
    ),
  );
}

/** What each studio was charged less what came back, the most first. */
function byStudio(work) {
  const studios = new Map();
  for (const { studio, charges, charged, refunded } of work) {
    const before = studios.get(studio) ?? { studio, used: "0", charges: 0 };
    studios.set(studio, {
      studio,
      used: plus(before.used, minus(charged, refunded)),
      charges: before.charges + charges,
    });
  }
  return [...studios.values()].sort((one, other) => (isLess(one.used, other.used) ? 1 : -1));
}
