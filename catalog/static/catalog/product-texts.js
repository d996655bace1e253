// Beside each text for search engines: how long it is, and how much of it they show.

for (const field of document.querySelectorAll("[data-best]")) {
  const best = Number(field.dataset.best);
  const count = document.createElement("output");
  count.className = "product-length";
  count.setAttribute("for", field.id);
  const tell = () => {
    const length = [...field.value.trim()].length;
    count.textContent = `${length} / ${best}`;
    count.classList.toggle("product-wrong", length > best);
  };
  field.addEventListener("input", tell);
  field.after(count);
  tell();
}
