/** Keeps the state of the view for a reload, at most once a frame. */

export interface Memory<State> {
  state: State;
  remember(): void;
}

interface Api<State> {
  getState(): State | undefined;
  setState(state: State): void;
  postMessage(message: { type: 'state'; state: State }): void;
}

/** What the view kept itself is newer than what it was given to start from. */
export function createMemory<State extends object>(api: Api<State>, given: State): Memory<State> {
  let waiting = false;
  const memory: Memory<State> = {
    state: { ...given, ...(api.getState() ?? {}) },
    remember() {
      if (!waiting) {
        waiting = true;
        requestAnimationFrame(() => {
          waiting = false;
          api.setState(memory.state);
          api.postMessage({ type: 'state', state: memory.state });
        });
      }
    },
  };
  return memory;
}
