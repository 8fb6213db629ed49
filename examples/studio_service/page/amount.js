// Amounts are decimal text, shown as they come. Where two are put together it is done in whole billionths, exactly.

const PLACES = 9;

function billionths(text) {
  const [, sign, whole, part = ""] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text);
  return BigInt(sign + whole + part.padEnd(PLACES, "0"));
}

function text(billionths) {
  const digits = String(billionths < 0n ? -billionths : billionths).padStart(PLACES + 1, "0");
  const part = digits.slice(-PLACES).replace(/0+$/, "");
  return (billionths < 0n ? "-" : "") + digits.slice(0, -PLACES) + (part && `.${part}`);
}

export function plus(one, other) {
  return text(billionths(one) + billionths(other));
}

export function minus(one, other) {
  return text(billionths(one) - billionths(other));
}

export function isZero(amount) {
  return billionths(amount) === 0n;
}

export function isLess(one, other) {
  return billionths(one) < billionths(other);
}

/** How much of a whole it is, in thousandths, for the length of a bar. */
export function thousandths(amount, whole) {
  const of = billionths(whole);
  if (of <= 0n) return 0;
  const share = (billionths(amount) * 1000n) / of;
  return Number(share < 0n ? 0n : share > 1000n ? 1000n : share);
}
