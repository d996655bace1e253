// The 3D viewer: a megabyte of code, so it is fetched only when a shopper asks for it.

function viewerUrl() {
  return document.querySelector("script[data-viewer]").dataset.viewer;
}

export function startViewer(stage) {
  const open = stage?.querySelector("[data-viewer-open]");
  const box = stage?.querySelector("[data-viewer-box]");
  if (!open || !box) return;
  const close = box.querySelector("[data-viewer-close]");
  open.hidden = false;

  const show = async () => {
    open.disabled = true;
    open.setAttribute("aria-busy", "true");
    try {
      await import(viewerUrl());
      if (!box.querySelector("model-viewer")) box.prepend(viewer());
      box.hidden = false;
      close.focus();
    } catch {
      open.querySelector("span").textContent = box.dataset.failed;
      return;
    } finally {
      open.removeAttribute("aria-busy");
    }
    open.disabled = false;
  };

  const viewer = () => {
    const element = document.createElement("model-viewer");
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const attributes = {
      src: open.dataset.model,
      alt: open.dataset.alt,
      poster: open.dataset.poster,
      "camera-controls": "",
      "touch-action": "pan-y",
      "shadow-intensity": "0.7",
      "shadow-softness": "0.9",
      "tone-mapping": "neutral",
      "interaction-prompt": "none",
      ...(calm ? {} : { "auto-rotate": "" }),
      ...(finish() ? { "variant-name": finish() } : {}),
    };
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    return element;
  };

  const hide = () => {
    box.hidden = true;
    box.querySelector("model-viewer")?.remove();
    open.focus();
  };

  // The model carries every finish; it wears the one that is chosen, also when the choice changes.
  const finish = () =>
    document.querySelector("input[name=sku]:checked")?.dataset.finish || open.dataset.finish || "";
  document.querySelector("[data-buy]")?.addEventListener("change", () => {
    const model = box.querySelector("model-viewer");
    if (model && finish()) model.variantName = finish();
  });

  open.addEventListener("click", show);
  close.addEventListener("click", hide);
  box.addEventListener("keydown", (event) => { if (event.key === "Escape") hide(); });
}
