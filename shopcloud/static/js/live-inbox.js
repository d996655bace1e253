// News for the signed-in person as it comes: a short message, the count in the header, and the order they look at.
// Pages come from caches: only the header's private part says that somebody is signed in.

import { keepOpen } from "./live-source.js";

const LAST = "last-own-event";
let source;

function remembered() {
  try {
    return sessionStorage.getItem(LAST) ?? "";
  } catch {
    return "";
  }
}

function remember(id) {
  try {
    sessionStorage.setItem(LAST, id);
  } catch {
    // A browser that keeps nothing hears what comes from now on.
  }
}

function element(name, look, text) {
  const made = document.createElement(name);
  made.className = look;
  if (text) made.textContent = text;
  return made;
}

function show({ title, text }) {
  const inbox = document.querySelector("[data-inbox]");
  const toasts = document.getElementById("toasts");
  if (!inbox || !toasts) return;
  const toast = element("div", "toast");
  const actions = element("div", "form-actions");
  const link = element("a", "button button-secondary", inbox.dataset.inbox);
  link.href = inbox.href;
  const close = element("button", "button button-quiet", inbox.dataset.close);
  close.type = "button";
  close.dataset.dismiss = "";
  actions.append(link, close);
  toast.append(element("p", "toast-head", title));
  if (text) toast.append(element("p", "small", text));
  toast.append(actions);
  toasts.replaceChildren(toast);
}

function open() {
  const base = document.querySelector('meta[name="realtime-url"]')?.content ?? "";
  const market = document.querySelector("script[data-market]")?.dataset.market ?? "";
  const asked = new URLSearchParams({ market, after: remembered() });
  const source = new EventSource(`${base}/events/me/?${asked}`, { withCredentials: true });
  source.addEventListener("unread", (event) => remember(event.lastEventId));
  source.addEventListener("notification", (event) => {
    remember(event.lastEventId);
    show(JSON.parse(event.data));
    document.body.dispatchEvent(new CustomEvent("notifications-changed"));
  });
  source.addEventListener("order", (event) => {
    remember(event.lastEventId);
    document.body.dispatchEvent(new CustomEvent(`order-${JSON.parse(event.data).order}`));
  });
  return source;
}

function listen() {
  const isSignedIn = document.querySelector("[data-inbox]") !== null;
  if (isSignedIn && !source) source = keepOpen(open);
  if (!isSignedIn && source) {
    source.close();
    source = undefined;
  }
}

document.body.addEventListener("htmx:afterSettle", listen);
listen();
// A page kept for "back" must not hold a connection open.
addEventListener("pagehide", () => {
  source?.close();
  source = undefined;
});
addEventListener("pageshow", (event) => event.persisted && listen());
