/** The questions to a view that it answers with an image, each until it is answered, late, or the view closed. */

/** A graph of thousands of steps may first have to be laid out. */
const PATIENCE_MS = 30_000;

export interface ImageRequests {
  open(): { request: number; answer: Promise<string> };
  answer(request: number, data: string): void;
}

export function imageRequests(closed: AbortSignal): ImageRequests {
  const waiting = new Map<number, Resolvers<string>>();
  let last = 0;
  const isClosed = 'the graph was closed before it could be exported';
  closed.addEventListener('abort', () => {
    for (const { reject } of waiting.values()) {
      reject(new Error(isClosed));
    }
    waiting.clear();
  });
  return {
    open() {
      if (closed.aborted) {
        throw new Error(isClosed);
      }
      last += 1;
      const request = last;
      const pending = withResolvers<string>();
      waiting.set(request, pending);
      const timer = setTimeout(
        () => pending.reject(new Error('the view has drawn no graph that could be exported')),
        PATIENCE_MS,
      );
      const answer = pending.promise.finally(() => {
        clearTimeout(timer);
        waiting.delete(request);
      });
      return { request, answer };
    },
    answer: (request, data) => waiting.get(request)?.resolve(data),
  };
}

export interface Resolvers<T> {
  promise: Promise<T>;
  resolve(value: T): void;
  reject(error: Error): void;
}

/** `Promise.withResolvers`, which the oldest editor that is supported does not have. */
export function withResolvers<T>(): Resolvers<T> {
  let resolve: (value: T) => void = () => {};
  let reject: (error: Error) => void = () => {};
  const promise = new Promise<T>((one, other) => {
    resolve = one;
    reject = other;
  });
  return { promise, resolve, reject };
}
