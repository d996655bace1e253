// The pictures: a strip that scrolls sideways, and thumbnails that lead to them. Without scripts both still work.

export function startGallery(gallery) {
  const track = gallery?.querySelector(".gallery-track");
  if (!track) return { show() {} };
  const thumbs = [...gallery.querySelectorAll("[data-thumb]")];
  const calm = matchMedia("(prefers-reduced-motion: reduce)");

  const mark = (index) => {
    for (const thumb of thumbs) {
      if (Number(thumb.dataset.thumb) === index) thumb.setAttribute("aria-current", "true");
      else thumb.removeAttribute("aria-current");
    }
  };

  const show = (index, behavior = calm.matches ? "instant" : "smooth") => {
    track.scrollTo({ left: index * track.clientWidth, behavior });
    mark(index);
  };

  for (const thumb of thumbs) {
    thumb.addEventListener("click", (event) => {
      event.preventDefault();
      show(Number(thumb.dataset.thumb));
    });
  }
  track.addEventListener("scrollend", () => mark(Math.round(track.scrollLeft / track.clientWidth)));
  show(Number(gallery.dataset.start), "instant");
  return { show };
}
