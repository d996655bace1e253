// The product list in the admin: one box that chooses every product of the page.

const all = document.getElementById("choose-all");
if (all) {
  const boxes = [...document.querySelectorAll("input[name=product]")];
  all.hidden = false;
  all.addEventListener("change", () => boxes.forEach((box) => { box.checked = all.checked; }));
}
