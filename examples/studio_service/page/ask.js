// Requests to the service, and its refusals.

/** Why there is no other answer: a problem of RFC 9457, or no answer at all. */
export class Refusal extends Error {
  constructor(problem) {
    super(problem.detail);
    this.problem = problem;
  }

  /** Nobody knows whether it was done, or it can be asked for again as it is: the same key finds out. */
  get isPassing() {
    return ["no-answer", "busy", "unavailable", "outcome-unknown"].includes(this.problem.code);
  }
}

/** Whose page it is. A host has a session for that; the example believes what the address says. */
export const account = new URLSearchParams(location.search).get("account");

async function ask(path, { signal, ...options }) {
  const headers = { ...(account && { "X-Account": account }), ...options.headers };
  let response;
  try {
    response = await fetch(path, { ...options, signal, headers });
    if (response.ok) return await response.json();
    // Awaited here, so that a body that does not arrive is no answer, too.
    throw new Refusal(await problemOf(response));
  } catch (error) {
    if (error instanceof Refusal || error.name === "AbortError") throw error;
    throw new Refusal({ code: "no-answer", detail: "The studio does not answer." });
  }
}

async function problemOf(response) {
  const isProblem = response.headers.get("Content-Type")?.startsWith("application/problem+json");
  if (isProblem) return response.json();
  return { code: "unavailable", status: response.status, detail: `The answer was ${response.status}.` };
}

export function get(path, signal) {
  return ask(path, { signal });
}

export function post(path, body, { key, signal, headers } = {}) {
  const sent = { "Content-Type": "application/json", ...(key && { "Idempotency-Key": key }), ...headers };
  return ask(path, { method: "POST", body: JSON.stringify(body ?? {}), headers: sent, signal });
}

/** A key that nobody else has. `randomUUID` is there on secure origins alone, and a studio at home is none. */
export function newKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Asks with one key until there is an answer, a few times. The same key is done once. */
export async function insist(asked, attempts = 4) {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await asked();
    } catch (error) {
      if (!(error instanceof Refusal) || !error.isPassing || attempt === attempts) throw error;
      await new Promise((resolve) => setTimeout(resolve, 250 * 2 ** attempt));
    }
  }
}
