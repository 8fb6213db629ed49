// What costs something is asked for once, however it is pressed.

/** Where something is paid for. */
const PAID = "#generate, .buy";

/** A fast answer is there before the second click of a double click, which would be a wish of its own. */
export function oncePressed() {
  const stop = (event) => {
    event.preventDefault();
    event.stopPropagation();
  };
  // In the way down, so that nobody else hears of it.
  document.addEventListener("click", (event) => event.detail > 1 && event.target.closest(PAID) && stop(event), true);
  // A key that is held down presses again and again; in a field of the form, it is Generate that it presses.
  document.addEventListener(
    "keydown",
    (event) => event.repeat && event.key === "Enter" && event.target.closest(`${PAID}, #wish, #agreed`) && stop(event),
    true,
  );
}
