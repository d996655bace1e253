// Presses the hearts of what is on the visitor's wishlist. Pages come from caches: only the header's private part knows.

let wished = null;

function show(root) {
  if (wished === null) return;
  for (const heart of root.querySelectorAll("[data-heart]")) press(heart, wished.has(heart.dataset.heart));
}

// A pressed heart takes the product off again: the button's name tells the server.
function press(heart, held) {
  heart.setAttribute("aria-pressed", String(held));
  heart.name = held ? "remove" : "";
  heart.value = held ? "1" : "";
}

function learn() {
  const told = document.getElementById("wished");
  if (told) wished = new Set(told.value.split(" "));
}

document.body.addEventListener("wishlist-changed", ({ detail }) => {
  if (!detail.product || wished === null) return;
  if (detail.held) wished.add(detail.product);
  else wished.delete(detail.product);
  show(document);
});

document.body.addEventListener("htmx:load", ({ detail }) => {
  if (detail.elt.id === "wished" || detail.elt.querySelector?.("#wished")) {
    learn();
    show(document);
  } else show(detail.elt);
});

// The list was redrawn under the hand that changed it: the focus goes to the way back, or to the list.
let redrawn = false;
document.body.addEventListener("htmx:beforeSwap", ({ detail }) => {
  // The header is renewed at the same time, and its turn may come in between.
  if (detail.target.id === "wishlist") redrawn = detail.target.contains(document.activeElement);
});
document.body.addEventListener("htmx:load", ({ detail }) => {
  if (!redrawn || detail.elt.id !== "wishlist") return;
  redrawn = false;
  (document.getElementById("undo") ?? detail.elt).focus({ preventScroll: true });
});

learn();
show(document);
