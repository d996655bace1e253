// A product's page. The parts find their elements themselves, so they can start again after a fragment replaced them.
import { startGallery } from "./gallery.js";
import { startLiveStock } from "./live-stock.js";
import { startVariants } from "./variant.js";
import { startViewer } from "./viewer3d.js";

function start() {
  const gallery = startGallery(document.querySelector("[data-gallery]"));
  const buy = document.querySelector("[data-buy]");
  const stock = startLiveStock(buy);
  startVariants(buy, { show: gallery.show, watch: stock.watch });
  startViewer(document.querySelector("[data-stage]"));
}

start();
document.body.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.id === "product" || event.detail.elt.id === "product") start();
});
// Scripts cannot walk back to a fragment that was replaced: load the page that the address names.
window.addEventListener("popstate", () => location.reload());
