// Names, instants and spans of time, as people read them.

/** `text-to-image` as a title. */
export function title(name) {
  const words = name.replace(/[-_]/g, " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** `1 credit`, `2 credits`: the unit is named in the plural. */
export function counted(amount, unit) {
  return `${amount} ${amount === "1" ? unit.replace(/s$/, "") : unit}`;
}

export function many(count, one, several = `${one}s`) {
  return `${count} ${String(count) === "1" ? one : several}`;
}

const DAY = new Intl.DateTimeFormat(undefined, { dateStyle: "medium" });
const INSTANT = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
const TIME = new Intl.DateTimeFormat(undefined, { timeStyle: "short" });

export function day(instant) {
  return DAY.format(new Date(instant));
}

export function instant(instant) {
  return INSTANT.format(new Date(instant));
}

export function time(instant) {
  return TIME.format(new Date(instant));
}

/** `2 d 03:04:05`, for a clock that counts down. */
export function countdown(milliseconds) {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
  const two = (number) => String(number).padStart(2, "0");
  const days = Math.floor(seconds / 86_400);
  const clock = [(seconds % 86_400) / 3_600, (seconds % 3_600) / 60, seconds % 60].map(Math.floor).map(two).join(":");
  return days ? `${days} d ${clock}` : clock;
}

/** `a, b or c`. */
export function either(names) {
  return new Intl.ListFormat("en-GB", { type: "disjunction" }).format(names);
}

const KINDS = {
  free: "Free",
  subscription: "Subscription",
  "top-up": "Top-up",
  reward: "Reward",
  promotional: "Promotion",
};

export function kind(name) {
  return KINDS[name] ?? title(name);
}
