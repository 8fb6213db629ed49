// What there is, by kind and by grant, and what comes next.

import { isZero, thousandths } from "./amount.js";
import { draw, part } from "./draw.js";
import { counted, instant, kind } from "./words.js";

export function balance(view) {
  const { unit, available, held, restricted, upcoming, debt, next_refill: refill, next_expiry: expiry } = view;
  const facts = [
    ["Set aside for work under way", held],
    !isZero(restricted) && ["Of what is available, for some work only", restricted],
    !isZero(upcoming) && ["Granted, and not usable yet", upcoming],
    !isZero(debt) && ["Owed", debt],
  ];
  return part(
    "balance",
    "Balance",
    draw(
      "p",
      { className: "big" },
      draw("strong", {}, available),
      ` ${counted(available, unit).slice(available.length + 1)} available`,
    ),
    kinds(view),
    draw(
      "dl",
      { className: "facts" },
      facts.filter(Boolean).map(([name, amount]) => draw("div", {}, draw("dt", {}, name), draw("dd", {}, amount))),
    ),
    refill
      ? draw(
          "p",
          { className: "next", id: "next-refill" },
          `Next refill: ${counted(refill.amount, unit)} on ${instant(refill.at)}, in `,
          draw("span", { id: "countdown", role: "timer" }, "…"),
        )
      : draw("p", { className: "hint" }, "No refill is due."),
    expiry &&
      draw("p", { className: "hint" }, `Next to expire: ${counted(expiry.amount, unit)} on ${instant(expiry.at)}.`),
    lots(view),
    holds(view),
  );
}

/** One bar, of which each kind has its share. */
function kinds({ by_kind: kinds, available }) {
  if (kinds.length === 0) return null;
  const share = ({ kind: name, amount }) => {
    const piece = draw("span", { className: `piece of-${name}` });
    piece.style.flexGrow = thousandths(amount, available);
    return piece;
  };
  const legend = ({ kind: name, amount }) =>
    draw(
      "li",
      {},
      draw("span", { className: `dot of-${name}`, "aria-hidden": "true" }),
      `${kind(name)}: `,
      draw("strong", {}, amount),
    );
  return draw(
    "div",
    { className: "kinds" },
    draw("div", { className: "stack", "aria-hidden": "true" }, kinds.map(share)),
    draw("ul", { "aria-label": "Available by kind" }, kinds.map(legend)),
  );
}

function lots({ lots, zone }) {
  if (lots.length === 0) return draw("p", { className: "hint" }, "No credits are left.");
  const row = (lot) =>
    draw(
      "tr",
      {},
      draw(
        "th",
        { scope: "row" },
        kind(lot.kind),
        lot.restriction && draw("span", { className: "fine" }, "For some work only"),
      ),
      draw("td", { className: "amount" }, `${lot.available}`, draw("span", { className: "fine" }, `of ${lot.granted}`)),
      draw("td", { className: "amount" }, lot.held),
      draw("td", {}, lot.expires_at ? instant(lot.expires_at) : "Never"),
    );
  const head = ["Credits", "Left", "Held", "Expires"].map((name) => draw("th", { scope: "col" }, name));
  return draw(
    "div",
    { className: "scroll", tabIndex: 0, role: "region", "aria-label": "Grants" },
    draw(
      "table",
      { className: "rows", id: "lots" },
      draw("caption", {}, `Spent in this order. Days and months go by ${zone}; instants are shown by your clock.`),
      draw("thead", {}, draw("tr", {}, head)),
      draw("tbody", {}, lots.map(row)),
    ),
  );
}

function holds({ holds, unit }) {
  if (holds.length === 0) return null;
  const item = (hold) =>
    draw(
      "li",
      {},
      `${hold.model}: ${counted(hold.amount, unit)} set aside, free again on ${instant(hold.lapses_at)} at the latest` +
        (hold.unknown ? "; nobody knows how it ended." : "."),
    );
  return draw("div", {}, draw("h4", {}, "Under way"), draw("ul", { className: "plain", id: "holds" }, holds.map(item)));
}
