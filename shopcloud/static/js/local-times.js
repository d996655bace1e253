// Moments by the visitor's own clock. Pages say them in UTC: the shop does not know where one is.
export function tellLocalTimes(root) {
  const moments = root.querySelectorAll("time[data-moment]");
  if (!moments.length) return;
  const told = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "long", timeStyle: "short" });
  for (const moment of moments) {
    moment.textContent = told.format(new Date(moment.dateTime));
    delete moment.dataset.moment;
  }
}
