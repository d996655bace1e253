// Asks once whether the visit may be counted and keeps the answer in the cookie `consent` (analytics or none) for half a year.

const SECONDS = 180 * 24 * 3600;
const banner = document.getElementById("consent");
const reopen = document.querySelector("[data-consent-open]");

export function consent() {
  return /(?:^|; )consent=(analytics|none)(?:;|$)/.exec(document.cookie)?.[1] ?? null;
}

function answer(value) {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `consent=${value}; Path=/; Max-Age=${SECONDS}; SameSite=Lax${secure}`;
  banner.hidden = true;
  if (reopen) reopen.hidden = false;
  document.dispatchEvent(new CustomEvent("consent", { detail: value }));
}

if (banner) {
  banner.hidden = consent() !== null;
  banner.addEventListener("click", (event) => {
    const button = event.target.closest("[data-consent]");
    if (button) answer(button.dataset.consent);
  });
  if (reopen) {
    reopen.hidden = consent() === null;
    reopen.addEventListener("click", () => {
      banner.hidden = false;
      banner.querySelector("button").focus();
    });
  }
}
