// Keeps the session of whoever holds something unsaved: it would end after half an hour in which no page was asked for,
// and take what was typed with it. Not for ever: a page may have been left for good.

const MINUTE = 60_000;
const EVERY = 10 * MINUTE;
const LONGEST = 240 * MINUTE;

function keepSession(form) {
  let touched = 0;
  form.addEventListener("input", () => {
    touched = Date.now();
  });
  setInterval(() => {
    // One that does not arrive is tried again after the same while.
    if (touched > Date.now() - LONGEST) fetch(form.dataset.editing).catch(() => {});
  }, EVERY);
}

// A page that was refused holds what was typed before. The warning listens from when the page is loaded.
function holdsUnsaved(form) {
  addEventListener("load", () => {
    setTimeout(() => form.querySelector("input").dispatchEvent(new Event("input", { bubbles: true })));
  });
}

document.querySelectorAll("form[data-editing]").forEach(keepSession);
document.querySelectorAll("form[data-unsaved]").forEach(holdsUnsaved);
