// The search field's suggestions as an ARIA combobox: arrows choose, Enter opens, Escape closes.

export function listenForSuggestions(input, list) {
  if (!input || !list) return;
  let active = -1;
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", list.id);
  const options = () => [...list.querySelectorAll('[role="option"]')];

  const choose = (index) => {
    const all = options();
    active = all.length ? (index + all.length) % all.length : -1;
    all.forEach((option, i) => option.setAttribute("aria-selected", String(i === active)));
    if (active >= 0) {
      input.setAttribute("aria-activedescendant", all[active].id);
      all[active].scrollIntoView({ block: "nearest" });
    }
  };

  const close = () => {
    list.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };

  const open = () => {
    const any = options().length > 0 && input.value.trim() !== "" && document.activeElement === input;
    list.hidden = !any;
    active = -1;
    input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-expanded", String(any));
  };

  const keys = {
    ArrowDown: () => choose(active + 1),
    ArrowUp: () => choose(active < 0 ? -1 : active - 1),
    Escape: close,
    Enter: () => options()[active]?.click(),
  };

  input.addEventListener("keydown", (event) => {
    if (list.hidden || !(event.key in keys) || (event.key === "Enter" && active < 0)) return;
    event.preventDefault();
    keys[event.key]();
  });
  input.addEventListener("focus", open);
  input.addEventListener("input", () => { if (!input.value.trim()) close(); });
  list.addEventListener("htmx:afterSwap", open);
  document.addEventListener("pointerdown", (event) => {
    if (!event.target.closest(".search-box")) close();
  });
  input.addEventListener("blur", () => setTimeout(() => { if (!list.contains(document.activeElement)) close(); }, 100));
  close();
}
