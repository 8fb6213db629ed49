// The plan, and what can be bought.

import { isLess } from "./amount.js";
import { draw, part } from "./draw.js";
import { day, kind, title } from "./words.js";

/** `buy` takes a name for what is bought, where it is asked for, and with which body. */
export function shop(view, buy) {
  return part(
    "shop",
    "Plan and top-ups",
    plan(view, buy),
    topUps(view, buy),
    upgrades(view, buy),
    draw("p", { className: "hint" }, "This is a demonstration: each purchase is taken as paid."),
  );
}

function button(id, text, label, clicked) {
  const button = draw("button", { type: "button", id, className: "buy", "aria-label": label }, text);
  button.addEventListener("click", async () => {
    if (button.getAttribute("aria-disabled") === "true") return;
    button.setAttribute("aria-disabled", "true");
    await clicked();
    button.removeAttribute("aria-disabled");
  });
  return button;
}

function plan({ plan }, buy) {
  if (!plan) return null;
  const { name, title: told, subscription } = plan;
  const isCancelled = subscription && typeof subscription.state === "object" && "cancelled" in subscription.state;
  const end =
    subscription &&
    (isCancelled
      ? `Cancelled: it ends on ${day(subscription.ends_at)}.`
      : `Paid until ${day(subscription.paid_until)}.`);
  const next = subscription?.scheduled && `Then ${title(subscription.scheduled)} takes over.`;
  const change = isCancelled ? "resume" : "cancel";
  return draw(
    "div",
    { className: "offer present" },
    draw(
      "p",
      {},
      draw("strong", { id: "plan-name" }, told ?? title(name)),
      " ",
      draw("span", { className: "badge" }, "Your plan"),
      draw("span", { className: "fine" }, [end, next].filter(Boolean).join(" ") || "The plan that everybody has."),
    ),
    subscription &&
      button("plan-change", isCancelled ? "Resume" : "Cancel plan", undefined, () => buy(change, "/plan", { change })),
  );
}

function topUps({ top_ups: packs, plan, unit }, buy) {
  if (packs.length === 0) {
    return draw(
      "p",
      { className: "hint" },
      `The ${plan?.title ?? "present"} plan sells no top-ups: they are for subscribers.`,
    );
  }
  const offer = ({ pack, amount, price, expiry_days: days }) =>
    draw(
      "li",
      { className: "offer" },
      draw(
        "p",
        {},
        draw("strong", {}, `${amount} ${unit}`),
        draw(
          "span",
          { className: "fine" },
          days === null ? "They do not expire." : `What is left expires after ${days} days.`,
        ),
      ),
      button(
        `pack-${pack}`,
        `${price.amount} ${price.unit}`,
        `Top up ${amount} ${unit} for ${price.amount} ${price.unit}`,
        () => buy(`pack ${pack}`, "/top-ups", { pack }),
      ),
    );
  const smallestFirst = packs.toSorted((one, other) => (isLess(one.amount, other.amount) ? -1 : 1));
  return draw(
    "div",
    {},
    draw("h4", {}, "Top-ups"),
    draw("ul", { className: "plain offers" }, smallestFirst.map(offer)),
  );
}

function upgrades({ upgrades, plan }, buy) {
  if (upgrades.length === 0) return null;
  // Whoever subscribes already moves up; everybody else begins.
  const change = plan?.subscription ? "upgrade" : "subscribe";
  const verb = plan?.subscription ? "Upgrade" : "Subscribe";
  const more = ({ amount, kind: name, daily }) =>
    `${amount} more ${kind(name).toLowerCase()} credits a ${daily ? "day" : "month"}`;
  const offer = ({ plan: name, title: told, adds }) =>
    draw(
      "li",
      { className: "offer" },
      draw(
        "p",
        {},
        draw("strong", {}, told ?? title(name)),
        draw("span", { className: "fine" }, adds.map(more).join(", ")),
      ),
      button(`plan-${name}`, verb, `${verb}: ${told ?? title(name)}`, () =>
        buy(`plan ${name}`, "/plan", { change, plan: name }),
      ),
    );
  return draw(
    "div",
    {},
    draw("h4", {}, "Plans that give more"),
    draw("ul", { className: "plain offers" }, upgrades.map(offer)),
  );
}
