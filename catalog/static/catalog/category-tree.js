// The order of categories below one parent: dragged by their handle with a mouse or a finger, moved by arrow keys and by
// buttons, and saved at once. Without scripts the buttons send the page instead. A running move shows how far it is.

const order = document.getElementById("category-order");
const said = document.getElementById("category-moved");
const LOOK_MS = 3000;

const siblings = (node) => [...node.parentElement.children];

function arrows(list) {
  const all = [...list.children];
  for (const node of all) {
    const [up, down] = node.querySelectorAll(":scope > .tree-row [data-by]");
    up.disabled = node === all[0];
    down.disabled = node === all[all.length - 1];
  }
}

function tell(node) {
  const all = siblings(node);
  const name = node.querySelector(".tree-name a").textContent;
  const words = said.dataset.words.replace("{name}", name);
  said.textContent = words.replace("{place}", all.indexOf(node) + 1).replace("{all}", all.length);
}

// One after the other: an answer that comes late must not bring back an older order.
let saving = Promise.resolve();

function save(node) {
  const list = node.parentElement;
  arrows(list);
  tell(node);
  const body = new FormData();
  body.append("csrfmiddlewaretoken", order.querySelector("[name=csrfmiddlewaretoken]").value);
  body.append("parent", list.dataset.parent);
  for (const sibling of list.children) body.append("path", sibling.dataset.path);
  saving = saving.then(async () => {
    const answer = await fetch(order.action, { method: "POST", body, headers: { Accept: "application/json" } }).catch(() => null);
    if (answer?.status === 204) return;
    said.textContent = said.dataset.failed;
    location.reload();
  });
}

function step(node, by, focused) {
  const all = siblings(node);
  const other = all[all.indexOf(node) + by];
  if (!other) return;
  if (by < 0) other.before(node);
  else other.after(node);
  save(node);
  (focused.disabled ? node.querySelector(".tree-handle") : focused).focus();
}

// The others move around the dragged one: it would let go of the pointer if it left its place.
function arrange(node, wanted) {
  const at = wanted.indexOf(node);
  node.before(...wanted.slice(0, at));
  node.after(...wanted.slice(at + 1));
}

function dragged(node, handle) {
  let before = null;
  const end = (wanted) => {
    if (before === null) return;
    if (wanted) arrange(node, wanted);
    const changed = siblings(node).some((sibling, place) => sibling !== before[place]);
    before = null;
    node.classList.remove("is-dragged");
    if (changed) save(node);
  };
  handle.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    event.preventDefault();
    handle.focus();
    before = siblings(node);
    handle.setPointerCapture(event.pointerId);
    node.classList.add("is-dragged");
  });
  handle.addEventListener("pointermove", (event) => {
    if (before === null) return;
    let over = document.elementFromPoint(event.clientX, event.clientY)?.closest(".tree-node");
    while (over && over.parentElement !== node.parentElement) over = over.parentElement.closest(".tree-node");
    if (!over || over === node) return;
    const all = siblings(node);
    const late = all.indexOf(over) > all.indexOf(node);
    // Neighbours may be taller than the dragged one: only what is passed by half gives way.
    const box = over.getBoundingClientRect();
    if (late ? event.clientY < box.top + box.height / 2 : event.clientY > box.top + box.height / 2) return;
    const rest = all.filter((other) => other !== node);
    rest.splice(rest.indexOf(over) + (late ? 1 : 0), 0, node);
    arrange(node, rest);
  });
  handle.addEventListener("pointerup", () => end(null));
  handle.addEventListener("pointercancel", () => end(before));
  handle.addEventListener("keydown", (event) => {
    if (event.key === "Escape") end(before);
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!by || before !== null) return;
    event.preventDefault();
    step(node, by, handle);
  });
}

function movable(node) {
  const buttons = node.querySelector(":scope > .tree-row .tree-order");
  if (!buttons) return;
  for (const button of buttons.querySelectorAll("[data-by]")) {
    button.type = "button";
    button.addEventListener("click", () => step(node, Number(button.dataset.by), button));
  }
  const handle = document.createElement("button");
  handle.type = "button";
  handle.className = "tree-handle";
  handle.textContent = "⠿";
  handle.title = "Drag, or move with the arrow keys";
  handle.setAttribute("aria-label", `${node.querySelector(".tree-name a").textContent}: ${handle.title}`);
  dragged(node, handle);
  buttons.prepend(handle);
}

async function look() {
  const shown = document.getElementById("category-progress");
  if (shown?.dataset.state !== "running") return;
  const answer = await fetch(location.href).catch(() => null);
  if (answer?.ok) {
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const now = page.getElementById("category-progress");
    // The tree changes with the switch and with the end.
    const turned = now?.dataset.state !== "running" || "switched" in now.dataset !== "switched" in shown.dataset;
    if (turned) return location.reload();
    shown.replaceWith(now);
  }
  setTimeout(look, LOOK_MS);
}

if (order && said) order.querySelectorAll(".tree-node").forEach(movable);
setTimeout(look, LOOK_MS);
