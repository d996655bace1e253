// A product's page in the admin: variants are added without a reload. Works without it, too.

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

addVariants();
