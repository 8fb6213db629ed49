// The page: what is asked for, what it costs, how it goes, and the credits behind it.

import { Refusal, account, get } from "./ask.js";
import { CreditsWindow } from "./window.js";
import { draw, find } from "./draw.js";
import { Form } from "./form.js";
import { oncePressed } from "./once.js";
import { Price } from "./price.js";
import { sentence } from "./refusal.js";
import { Works } from "./works.js";

const viewed = () => credits.view;
const credits = new CreditsWindow({ changed: () => price.again() });
const price = new Price({ viewed, shop: (at) => credits.open(at), isAsked: (asked) => works.isAsked(asked) });
const works = new Works({
  viewed,
  changed: () => Promise.all([credits.refresh(), price.again()]),
  refused: async (problem) => {
    // The account, or the price, is not what the page knew.
    await Promise.all([credits.refresh(), price.again()]);
    price.refused(problem);
  },
});

find("wish").addEventListener("submit", (event) => {
  event.preventDefault();
  const taken = price.take();
  if (taken) works.begin(taken, find("fate").value);
});
oncePressed();

async function start() {
  if (account) {
    find("whose").textContent = account;
    find("whose").hidden = false;
  }
  const [catalog, view] = await Promise.all([get("/catalog"), credits.refresh()]);
  // The service says of some generations how many more there can be: those are what people come for.
  const first = (view.fits.find(({ times }) => times !== 0) ?? view.fits[0])?.request;
  const form = new Form(catalog, { unit: view.unit, first }, (wish, fault) => price.follow(wish, fault));
  works.resume(view);
  await price.follow(form.wish());
  // Somebody who comes back may find another day, and what other pages have done.
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) Promise.all([credits.refresh(), price.again()]);
  });
}

start().catch((error) => {
  if (!(error instanceof Refusal)) throw error;
  const again = draw("button", { type: "button", className: "main" }, "Try again");
  again.addEventListener("click", () => location.reload());
  document
    .querySelector("main")
    .replaceChildren(
      draw("div", { className: "card notice", role: "alert" }, draw("p", {}, sentence(error.problem)), again),
    );
});
