/** Runs a piece of work again whenever asked, one run at a time, and skips what a later request overtakes. */

/** Asks for a run; settles when a run that began after the call has ended. */
export type Latest = () => Promise<void>;

export function latest(work: () => Promise<void>): Latest {
  let running: Promise<void> | undefined;
  let next: Promise<void> | undefined;
  return function request(): Promise<void> {
    if (!running) {
      running = work().finally(() => {
        running = undefined;
      });
      return running;
    }
    // However many ask while one runs, one more run answers them all.
    next ??= running
      .catch(() => {})
      .then(() => {
        next = undefined;
        return request();
      });
    return next;
  };
}
