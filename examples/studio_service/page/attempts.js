// What was asked for and is not known to be done: kept until there is an answer, with its key, even over a reload.

import { account } from "./ask.js";

/** Each account has a list of its own: what one asked for, another must not pay for. */
const NAME = account ? `attempts of ${account}` : "attempts";

/** Several tabs are several lists, so that none repeats what another one asks. */
let attempts = stored();

export function kept() {
  return attempts;
}

/** The attempt at what was asked for in the same words, if there is one without an answer. */
export function unanswered(asked) {
  const words = JSON.stringify(asked);
  return attempts.find((attempt) => JSON.stringify(attempt.asked) === words);
}

export function keep(attempt) {
  write([...attempts.filter(({ key }) => key !== attempt.key), attempt]);
}

export function forget(key) {
  write(attempts.filter((attempt) => attempt.key !== key));
}

function stored() {
  try {
    return JSON.parse(sessionStorage.getItem(NAME)) ?? [];
  } catch {
    return [];
  }
}

function write(changed) {
  attempts = changed;
  try {
    sessionStorage.setItem(NAME, JSON.stringify(attempts));
  } catch {
    // A browser that keeps nothing loses them with a reload; the credits window shows what was done.
  }
}
