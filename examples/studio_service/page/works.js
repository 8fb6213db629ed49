// Generations: begun with a key of their own, and followed until they are over.

import { Refusal, get, insist, newKey, post } from "./ask.js";
import { forget, keep, kept, unanswered } from "./attempts.js";
import { draw, find, redraw, say } from "./draw.js";
import { progress } from "./progress.js";
import { sentence } from "./refusal.js";

/** How often a generation is looked at, in milliseconds: at first, and at most. */
const LOOK = 250;
const LOOK_MAX = 2_000;
/** Of one that nobody knows about: a person may find out. */
const LOOK_UNKNOWN = 15_000;

const SHOWN_MAX = 12;

export class Works {
  #changed;
  #refused;
  #viewed;
  /** The keys of what is asked for at this moment. */
  #asking = new Set();

  /**
   * `changed` is called when an account may not be what it was, or something else can be asked for; `refused` with a
   * problem of what was not begun.
   */
  constructor({ changed, refused, viewed }) {
    this.#changed = changed;
    this.#refused = refused;
    this.#viewed = viewed;
  }

  /** Takes up again what was under way before the page was loaded. */
  resume(view) {
    const attempts = kept();
    for (const attempt of attempts) this.#ask(attempt);
    const others = view.holds.filter(({ hold }) => !attempts.some(({ key }) => key === hold));
    for (const hold of others.toReversed()) {
      const { studio, tool, model } = hold;
      const work = this.#card(hold.hold, { studio, tool, model });
      this.#follow(work);
    }
  }

  /** Whether this is asked for, and there is no answer yet. */
  isAsked(asked) {
    return this.#asking.has(unanswered(asked)?.key);
  }

  /**
   * Begins one. The key is made once for what is asked for, and goes with every repeat of it: as long as there is no
   * answer, the same is that one, whoever presses what how often.
   */
  begin({ asked, wish }, fate) {
    if (this.isAsked(asked)) return;
    const attempt = unanswered(asked) ?? { key: newKey(), asked, wish, fate };
    this.#ask(attempt);
    find(`work-${attempt.key}`).scrollIntoView({ block: "nearest" });
  }

  async #ask(attempt) {
    keep(attempt);
    const { key, wish, fate } = attempt;
    this.#asking.add(key);
    const work = this.#card(key, wish);
    this.#draw(work, { state: "asked", held: wish.max });
    try {
      const headers = fate ? { "X-Simulate": fate } : {};
      const begun = await insist(() => post("/generations", wish, { key, headers })).finally(() =>
        this.#asking.delete(key),
      );
      forget(key);
      this.#draw(work, { ...begun, state: "held" });
      this.#changed();
      await this.#follow(work);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (error.isPassing) {
        this.#draw(work, { state: "lost", again: () => this.#ask(attempt) });
        return this.#changed();
      }
      // Nothing was done, and nothing is to be repeated.
      forget(key);
      work.element.remove();
      this.#count();
      this.#refused(error.problem);
    }
  }

  /** Looks at one until it is over. */
  async #follow(work) {
    for (let pause = LOOK; ; pause = Math.min(pause * 1.5, LOOK_MAX)) {
      const before = work.state;
      try {
        const now = await get(`/generations/${encodeURIComponent(work.id)}`);
        work.wish = now.request ?? work.wish;
        this.#draw(work, now);
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        if (!error.isPassing)
          return this.#draw(work, { state: "refused", why: sentence(error.problem, this.#viewed()) });
      }
      if (work.state !== before) this.#changed();
      if (!["held", "unknown"].includes(work.state)) return;
      await new Promise((resolve) => setTimeout(resolve, work.state === "unknown" ? LOOK_UNKNOWN : pause));
    }
  }

  async #cancel(work) {
    try {
      this.#draw(work, await insist(() => post(`/generations/${encodeURIComponent(work.id)}/cancel`)));
      this.#changed();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      // It ended first, which is shown as soon as it is looked at.
      say(sentence(error.problem, this.#viewed()));
    }
  }

  #card(id, wish) {
    const known = find(`work-${id}`);
    const element = known ?? draw("li", { className: "card work", id: `work-${id}`, tabIndex: -1 });
    if (!known) find("works").prepend(element);
    for (const old of [...find("works").children].slice(SHOWN_MAX)) old.remove();
    this.#count();
    return { id, wish, element, state: "held" };
  }

  #draw(work, now) {
    // What was over stays over, whichever answer comes last.
    if (!["held", "unknown", "asked", "lost"].includes(work.element.dataset.state ?? "asked")) return;
    const isNews = work.element.dataset.state !== now.state;
    work.state = now.state;
    work.element.dataset.state = now.state;
    if (!isNews) return;
    const { parts, said, ended } = progress(work, now, this.#viewed()?.unit ?? "credits", () => this.#cancel(work));
    work.element.dataset.ended = ended ?? "";
    redraw(work.element, parts, work.element);
    say(said);
  }

  #count() {
    find("no-works").hidden = find("works").children.length > 0;
  }
}
