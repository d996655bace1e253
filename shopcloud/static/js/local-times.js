// Moments by the visitor's own clock. Pages say them in UTC: copies of a page are for everybody, wherever one is.
export function tellLocalTimes(root) {
  const told = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "long", timeStyle: "short" });
  for (const moment of root.querySelectorAll("time[data-moment]")) {
    moment.textContent = told.format(new Date(moment.dateTime));
    delete moment.dataset.moment;
  }
}
