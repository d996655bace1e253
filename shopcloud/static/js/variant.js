// Choosing a variant: its price, picture, stock, article number and address, without loading the page again.

export function startVariants(buy, { show, watch }) {
  if (!buy) return;
  const radios = [...buy.querySelectorAll('input[type="radio"][name="sku"]')];
  const chosen = buy.querySelector("[data-chosen]");
  const price = buy.querySelector("[data-price]");

  const choose = (radio) => {
    const { price: amount, label, image } = radio.dataset;
    if (price && amount) price.textContent = amount;
    if (chosen) chosen.textContent = label;
    if (image !== undefined) show(Number(image));
    for (const sku of document.querySelectorAll("dd[data-sku]")) sku.textContent = radio.value;
    const url = new URL(location.href);
    url.searchParams.set("sku", radio.value);
    history.replaceState(history.state, "", url);
    watch(radio.value);
  };

  for (const radio of radios) radio.addEventListener("change", () => choose(radio));
  // After going back, browsers check the radio the shopper left, not the one the page was made with.
  const checked = radios.find((radio) => radio.checked);
  if (checked && checked.value !== buy.dataset.sku) choose(checked);
}
