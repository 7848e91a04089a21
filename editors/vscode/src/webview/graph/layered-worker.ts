/** Lays out graphs of many nodes beside the page, which goes on being drawn meanwhile. */
import { type Link, layered, type Placed, type Sized } from './layered.ts';

export interface LayeredQuestion {
  request: number;
  nodes: Sized[];
  links: Link[];
  way: 'right' | 'down';
}

export interface LayeredAnswer {
  request: number;
  placed: Placed;
}

self.addEventListener('message', ({ data }: MessageEvent<LayeredQuestion>) => {
  const answer: LayeredAnswer = { request: data.request, placed: layered(data.nodes, data.links, data.way) };
  (self as unknown as Worker).postMessage(answer);
});
