// Keeps the session of whoever holds something unsaved: it would end after half an hour in which no page was asked for,
// and take what was typed with it. Not for ever: a page may have been left for good.

const MINUTE = 60_000;
const EVERY = 10 * MINUTE;
const LONGEST = 240 * MINUTE;

function keepSession(form) {
  let touched = form.hasAttribute("data-unsaved") ? Date.now() : 0;
  form.addEventListener("input", () => {
    touched = Date.now();
  });
  setInterval(() => {
    // One that does not arrive is tried again after the same while.
    if (touched > Date.now() - LONGEST) fetch(form.dataset.editing).catch(() => {});
  }, EVERY);
}

document.querySelectorAll("form[data-editing]").forEach(keepSession);
