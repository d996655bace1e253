// A collection's page in the admin: what was found is added, and only what its kind needs is shown.
// Without scripts products are added by SKU, and everything is shown.

const products = document.querySelector(".product-images");
const none = document.querySelector(".collection-empty");
const held = (id) => products.querySelector(`[data-product="${CSS.escape(id)}"]`);

function add(button) {
  if (!held(button.dataset.add)) {
    products.append(button.closest("li").querySelector("template").content.cloneNode(true));
    products.lastElementChild.dispatchEvent(new CustomEvent("picture-added", { bubbles: true }));
    none.hidden = true;
  }
  mark(button);
}

function mark(button) {
  if (!held(button.dataset.add)) return;
  button.disabled = true;
  button.textContent = "Added";
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-add]");
  if (button) add(button);
});
document.addEventListener("htmx:afterSwap", (event) => {
  event.target.querySelectorAll?.("[data-add]").forEach(mark);
});
document.addEventListener("change", (event) => {
  if (event.target.name?.endsWith("-remove")) event.target.closest(".product-image").classList.toggle("is-removed", event.target.checked);
});
// Return in the box looks for products; it does not save the page.
document.getElementById("collection-find")?.addEventListener("keydown", (event) => {
  if (event.key === "Enter") event.preventDefault();
});

const kind = document.querySelector("select[name=kind]");
function showKind() {
  const isRule = kind.value === "rule";
  document.querySelectorAll(".collection-rule, .collection-preview").forEach((part) => part.classList.toggle("hidden", !isRule));
  document.querySelector(".collection-manual").classList.toggle("hidden", isRule);
}
if (kind) {
  kind.addEventListener("change", showKind);
  showKind();
}
