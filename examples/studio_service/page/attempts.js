// What was asked for and is not known to be done: kept until there is an answer, with its key, even over a reload.

import { account } from "./ask.js";

/** Each account has a list of its own: what one asked for, another must not pay for. */
const NAME = account ? `attempts of ${account}` : "attempts";

/** Several tabs are several lists, so that none repeats what another one asks. */
export function kept() {
  try {
    return JSON.parse(sessionStorage.getItem(NAME)) ?? [];
  } catch {
    return [];
  }
}

export function keep(attempt) {
  write([...kept().filter(({ key }) => key !== attempt.key), attempt]);
}

export function forget(key) {
  write(kept().filter((attempt) => attempt.key !== key));
}

function write(attempts) {
  try {
    sessionStorage.setItem(NAME, JSON.stringify(attempts));
  } catch {
    // A browser that keeps nothing loses them with a reload; the credits window shows what was done.
  }
}
