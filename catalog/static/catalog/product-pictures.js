// The pictures of a product: dragged by their handle with a mouse or a finger, moved by arrow keys and by buttons.
// Without scripts each picture has a field for its place instead.

const shelf = document.querySelector(".product-images");
const said = document.getElementById("picture-moved");
const pictures = () => [...shelf.querySelectorAll(".product-image")];

function renumber() {
  pictures().forEach((picture, index) => {
    const place = picture.querySelector("input[name$='-position']");
    if (place.value === String(index + 1)) return;
    place.value = String(index + 1);
    // As if it was typed: whoever leaves the page now is warned.
    place.dispatchEvent(new Event("input", { bubbles: true }));
  });
}

function tell(picture) {
  const place = pictures().indexOf(picture) + 1;
  said.textContent = said.dataset.words.replace("{place}", place).replace("{all}", pictures().length);
}

function step(picture, by, focused) {
  const all = pictures();
  const other = all[all.indexOf(picture) + by];
  if (!other) return;
  if (by < 0) other.before(picture);
  else other.after(picture);
  renumber();
  tell(picture);
  focused.focus();
}

// The others move around the dragged picture: one that left its place would let go of the pointer.
function arrange(picture, order) {
  const at = order.indexOf(picture);
  picture.before(...order.slice(0, at));
  picture.after(...order.slice(at + 1));
}

function dragged(picture, handle) {
  let before = null;
  const end = (order) => {
    if (before === null) return;
    if (order) arrange(picture, order);
    before = null;
    picture.classList.remove("is-dragged");
    renumber();
    tell(picture);
  };
  handle.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    event.preventDefault();
    handle.focus();
    before = pictures();
    handle.setPointerCapture(event.pointerId);
    picture.classList.add("is-dragged");
  });
  handle.addEventListener("pointermove", (event) => {
    if (before === null) return;
    const over = document.elementFromPoint(event.clientX, event.clientY)?.closest(".product-image");
    if (!over || over === picture || over.parentElement !== shelf) return;
    const rest = pictures().filter((other) => other !== picture);
    const late = pictures().indexOf(over) > pictures().indexOf(picture);
    rest.splice(rest.indexOf(over) + (late ? 1 : 0), 0, picture);
    arrange(picture, rest);
  });
  handle.addEventListener("pointerup", () => end(null));
  handle.addEventListener("pointercancel", () => end(before));
  handle.addEventListener("keydown", (event) => {
    if (event.key === "Escape") end(before);
    const by = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 }[event.key];
    if (!by || before !== null) return;
    event.preventDefault();
    step(picture, by, handle);
  });
}

function button(sign, label, name) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = name;
  made.textContent = sign;
  made.title = label;
  made.setAttribute("aria-label", label);
  return made;
}

function movable(picture) {
  const moves = document.createElement("div");
  moves.className = "product-moves";
  const handle = button("⠿", shelf.dataset.drag, "product-handle");
  dragged(picture, handle);
  moves.append(handle);
  for (const [by, sign, label] of [[-1, "←", shelf.dataset.earlier], [1, "→", shelf.dataset.later]]) {
    const arrow = button(sign, label, "");
    arrow.addEventListener("click", () => step(picture, by, arrow));
    moves.append(arrow);
  }
  picture.querySelector(".product-frame, img").after(moves);
  picture.querySelector(".product-position").hidden = true;
}

if (shelf && said && !shelf.closest("fieldset[disabled]")) {
  pictures().filter((picture) => picture.querySelector(".product-position")).forEach(movable);
  shelf.addEventListener("picture-added", (event) => {
    movable(event.target);
    renumber();
  });
}
