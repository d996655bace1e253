// A product's page in the admin: variants are added and pictures moved without a reload. Works without it, too.

function addVariants() {
  const template = document.getElementById("new-variant");
  const button = document.getElementById("add-variant");
  const total = document.getElementById("id_variants-TOTAL_FORMS");
  const most = document.getElementById("id_variants-MAX_NUM_FORMS");
  if (!template || !button || !total) return;
  button.hidden = false;
  button.addEventListener("click", () => {
    const number = Number(total.value);
    const holder = document.createElement("div");
    holder.innerHTML = template.innerHTML.replaceAll("__prefix__", String(number));
    const variant = holder.firstElementChild;
    template.before(variant);
    total.value = String(number + 1);
    button.disabled = number + 1 >= Number(most.value);
    variant.querySelector("input:not([type=hidden])").focus();
  });
}

function movePictures() {
  const pictures = () => [...document.querySelectorAll(".product-image")];
  const renumber = () => pictures().forEach((picture, index) => {
    picture.querySelector("input[name$='-position']").value = String(index + 1);
  });
  const move = (picture, button, step) => {
    const all = pictures();
    const other = all[all.indexOf(picture) + step];
    if (!other) return;
    if (step < 0) other.before(picture);
    else other.after(picture);
    renumber();
    button.focus();
  };
  for (const picture of pictures()) {
    const moves = document.createElement("div");
    moves.className = "product-moves";
    for (const [step, sign, label] of [[-1, "←", picture.dataset.earlier], [1, "→", picture.dataset.later]]) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = sign;
      button.title = label;
      button.setAttribute("aria-label", label);
      button.disabled = picture.closest("fieldset[disabled]") !== null;
      button.addEventListener("click", () => move(picture, button, step));
      moves.append(button);
    }
    (picture.querySelector("picture") ?? picture.querySelector("img")).after(moves);
  }
}

addVariants();
movePictures();
