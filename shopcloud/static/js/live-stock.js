// Stock as it changes: the realtime process says when a SKU sells out or comes back, and this page follows.

import { keepOpen } from "./live-source.js";

const FEW = 5;
let source;

export function startLiveStock(buy) {
  if (!buy) return { watch() {} };
  const add = buy.querySelector("[data-add]");
  const words = buy.querySelector("[data-availability]");
  const notify = buy.querySelector("[data-notify]");
  const known = new Map();
  const versions = new Map();
  const field = (sku) => [...buy.querySelectorAll('[name="sku"][data-stock]')].find((input) => input.value === sku);
  let current = buy.dataset.sku;

  const available = (sku) => {
    if (known.has(sku)) return known.get(sku);
    return field(sku)?.dataset.stock === "out" ? 0 : Infinity;
  };

  const render = () => {
    if (!add || !words) return;
    const count = available(current);
    const digital = Boolean(buy.dataset.digital);
    const few = count > 0 && count <= FEW && !digital;
    const text = count <= 0 ? buy.dataset.out : few ? buy.dataset.few.replace("{count}", count) : digital ? buy.dataset.inDigital : buy.dataset.in;
    // Only a real change is written: a live region speaks whatever is set.
    if (words.textContent !== text) words.textContent = text;
    words.classList.toggle("is-out", count <= 0);
    words.classList.toggle("is-few", few);
    add.disabled = count <= 0;
    notify?.toggleAttribute("hidden", count > 0);
    const note = field(current)?.closest("label");
    note?.classList.toggle("is-out", count <= 0);
    note?.querySelector("[data-out-note]")?.toggleAttribute("hidden", count > 0);
    const quantity = buy.querySelector('[data-stepper] input[name="quantity"]');
    if (quantity && Number.isFinite(count) && count > 0) {
      quantity.max = Math.min(count, 99);
      if (Number(quantity.value) > count) quantity.value = count;
      quantity.dispatchEvent(new Event("input", { bubbles: true }));
    }
  };

  const open = () => {
    const base = document.querySelector('meta[name="realtime-url"]')?.content ?? "";
    const stream = new EventSource(`${base}/events/stock/?sku=${encodeURIComponent(current)}`);
    stream.addEventListener("stock", (event) => {
      const { sku, available: count, version = 0 } = JSON.parse(event.data);
      // Two sales may be told in the other order: an older figure never replaces a newer one.
      if (version < (versions.get(sku) ?? 0)) return;
      versions.set(sku, version);
      known.set(sku, Number(count));
      if (sku === current) render();
    });
    return stream;
  };

  const watch = (sku) => {
    if (notify && sku !== current) notify.querySelector("[data-notify-result]").replaceChildren();
    if (notify) notify.querySelector("[data-notify-sku]").value = sku;
    current = sku;
    render();
    source?.close();
    source = keepOpen(open);
  };

  watch(current);
  return { watch };
}

// A page kept for "back" must not hold a connection open; a page shown again starts a new one.
window.addEventListener("pagehide", () => source?.close());
window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
