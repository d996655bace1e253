// When a change redraws the cart, the focus goes back to where it was: a stepper's button has no id to be found by.

let was = null;

document.body.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const active = document.activeElement;
  if (detail.target.id !== "cart" || !detail.target.contains(active)) return;
  const stepper = active.closest("[data-stepper]");
  was = { id: stepper?.querySelector("input").id, step: active.dataset.step };
});

document.body.addEventListener("htmx:load", ({ detail }) => {
  // The badge is renewed at the same time, and its turn may come first.
  if (!was || detail.elt.id !== "cart") return;
  const input = was.id && document.getElementById(was.id);
  const button = was.step && input?.parentElement.querySelector(`[data-step="${was.step}"]:not(:disabled)`);
  (button || input || document.getElementById("undo") || document.getElementById("main")).focus({ preventScroll: true });
  was = null;
});
