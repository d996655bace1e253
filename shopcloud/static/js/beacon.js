// Counts page views of visitors who agreed (see consent.js); pages come from caches, so only the browser knows of them.

const VISIT_SECONDS = 30 * 60;
const market = document.querySelector("script[data-market]")?.dataset.market ?? "";

function mayCount() {
  const agreed = /(?:^|; )consent=analytics(?:;|$)/.test(document.cookie);
  return agreed && isSecureContext && !navigator.globalPrivacyControl && navigator.doNotTrack !== "1";
}

// A visit is a random number that is forgotten half an hour after the last page.
function keepVisit() {
  const found = /(?:^|; )visit=([A-Za-z0-9-]{16,64})(?:;|$)/.exec(document.cookie)?.[1];
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `visit=${found ?? crypto.randomUUID()}; Path=/; Max-Age=${VISIT_SECONDS}; SameSite=Lax${secure}`;
}

function forgetVisit() {
  document.cookie = "visit=; Path=/; Max-Age=0; SameSite=Lax";
}

// What was looked at is forgotten at once, here and in the shop.
function forgetViewed() {
  const shelf = document.getElementById("recently-viewed");
  shelf?.replaceChildren();
  navigator.sendBeacon("/recently-viewed/", new URLSearchParams({ clear: "1" }));
}

export function tell(type, more = {}) {
  if (!mayCount()) return;
  keepVisit();
  const click = { event_id: crypto.randomUUID(), type, path: location.pathname, market, ...more };
  navigator.sendBeacon("/beacon/", new Blob([JSON.stringify(click)], { type: "application/json" }));
}

// What a search found, sealed by the shop: the page may come from a cache, which counts nothing.
let searched;

function view() {
  searched = document.querySelector("[data-searched]")?.dataset.searched;
  tell("page_view", { referrer: document.referrer.slice(0, 2000), ...(searched && { searched }) });
}

view();
document.addEventListener("consent", (event) => {
  if (event.detail === "analytics") view();
  else {
    forgetVisit();
    forgetViewed();
  }
});
// A filter was chosen: htmx put another search into the page.
document.addEventListener("htmx:afterSettle", () => {
  const now = document.querySelector("[data-searched]")?.dataset.searched;
  if (now && now !== searched) view();
});
// The page came back from the browser's own memory: it was seen again, and no script ran anew.
addEventListener("pageshow", (event) => event.persisted && view());
