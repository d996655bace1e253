// Behaviour of every page: the menu, quantity steppers, search suggestions, toasts, local times.
import { tellLocalTimes } from "./local-times.js";
import { listenForSuggestions } from "./suggest.js";

function readySteppers(root) {
  for (const stepper of root.querySelectorAll("[data-stepper]:not(.ready)")) {
    const input = stepper.querySelector("input");
    const buttons = stepper.querySelectorAll("[data-step]");
    const refresh = () => {
      for (const button of buttons) {
        const limit = Number(button.dataset.step) < 0 ? input.min : input.max;
        button.disabled = input.disabled || Number(input.value) === Number(limit);
      }
    };
    for (const button of buttons) {
      button.addEventListener("click", () => {
        if (Number(button.dataset.step) < 0) input.stepDown();
        else input.stepUp();
        input.dispatchEvent(new Event("input", { bubbles: true }));
        input.dispatchEvent(new Event("change", { bubbles: true }));
      });
    }
    input.addEventListener("input", refresh);
    stepper.classList.add("ready");
    refresh();
  }
}

// The market that a person chooses is remembered with their account; of others nothing is kept.
function listenForMarkets() {
  for (const link of document.querySelectorAll("a[data-market]")) {
    link.addEventListener("click", () => {
      navigator.sendBeacon("/account/market/", new URLSearchParams({ market: link.dataset.market }));
    });
  }
}

function listenForMenu() {
  const menu = document.querySelector(".site-menu");
  menu?.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && menu.open) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
  document.addEventListener("click", (event) => {
    if (menu?.open && !menu.contains(event.target)) menu.open = false;
  });
}

const toasts = document.getElementById("toasts");

function showMessage(text) {
  const toast = document.createElement("div");
  toast.className = "toast";
  toast.textContent = text;
  toasts.replaceChildren(toast);
}

function listenForToasts() {
  let timer;
  const dismiss = () => toasts.replaceChildren();
  toasts.addEventListener("click", (event) => {
    if (event.target.closest("[data-dismiss]")) dismiss();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") dismiss();
  });
  // A toast goes by itself, but not while it is being read with the pointer or the keyboard.
  const restart = () => {
    clearTimeout(timer);
    timer = setTimeout(() => (toasts.matches(":hover, :focus-within") ? restart() : dismiss()), 8000);
  };
  new MutationObserver(restart).observe(toasts, { childList: true });
}

// What a person asked for and looks out for, as opposed to what a page fetches by itself or while they type.
function isAwaited(element) {
  return Boolean(element?.closest("form[hx-post], [data-announce]"));
}

function listenForTrouble() {
  const words = document.getElementById("site-words")?.dataset ?? {};
  for (const name of ["htmx:sendError", "htmx:timeout"]) {
    document.body.addEventListener(name, (event) => {
      if (isAwaited(event.detail.elt)) showMessage(words.offline);
    });
  }
  document.body.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr, target, requestConfig, pathInfo } = event.detail;
    if (xhr.status < 400) return;
    // A refusal (sold out, bad quantity) comes as a fragment that says so; anything else gets one sentence.
    if (xhr.getResponseHeader("X-Fragment")) event.detail.shouldSwap = true;
    // A search has an address, whose page says what is wrong and offers what still works.
    else if (requestConfig.elt.matches("#filters")) location.assign(pathInfo.finalRequestPath);
    else if (target?.id === "toasts" || isAwaited(requestConfig.elt)) showMessage(words.trouble);
  });
}

// Addresses of searches are shared and read: parameters that say nothing stay out of them.
document.body.addEventListener("htmx:configRequest", (event) => {
  if (!event.detail.elt.matches("#filters")) return;
  const parameters = event.detail.parameters;
  for (const name of Object.keys(parameters)) {
    if (parameters[name] === "" || (name === "sort" && parameters[name] === "relevance")) delete parameters[name];
  }
});
function ready(root) {
  readySteppers(root);
  tellLocalTimes(root);
}

ready(document);
document.body.addEventListener("htmx:load", (event) => ready(event.detail.elt));
listenForMarkets();
listenForMenu();
listenForToasts();
listenForTrouble();
listenForSuggestions(document.getElementById("search-text"), document.getElementById("suggestions"));
