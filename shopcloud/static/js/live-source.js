// A stream that comes back. A browser reconnects by itself when the line breaks, but gives up for good when the answer is no stream: while the realtime
// process is exchanged, or its store is away.

const FIRST = 2000;
const LONGEST = 60000;
// Whoever is refused for minutes, as one who signed out elsewhere, waits for the next page.
const MOST = 8;

// `open` makes a new EventSource each time. Returns what closes it for good.
export function keepOpen(open) {
  let source;
  let timer;
  let refused = 0;

  const connect = () => {
    source = open();
    source.addEventListener("open", () => {
      refused = 0;
    });
    source.addEventListener("error", () => {
      if (source.readyState !== EventSource.CLOSED || refused === MOST) return;
      // Pages that lost the stream together do not come back together.
      timer = setTimeout(connect, Math.min(FIRST * 2 ** refused, LONGEST) * (0.5 + Math.random() / 2));
      refused += 1;
    });
  };

  connect();
  return {
    close() {
      clearTimeout(timer);
      source.close();
    },
  };
}
